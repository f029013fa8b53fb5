// swift-tools-version: 6.2
// A package of its own, so that building or using Crosspoint never fetches a benchmark framework.
import PackageDescription

let package = Package(
  name: "CrosspointBenchmarks",
  dependencies: [
    .package(name: "Crosspoint", path: ".."),
    // Without its traits: they replace the allocator, which would be part of what is measured.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "CrosspointBenchmarks",
      dependencies: [
        .product(name: "Emulation", package: "Crosspoint"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/Crosspoint",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ],
  swiftLanguageModes: [.v6]
)
