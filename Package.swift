// swift-tools-version: 6.2
// Modules and their arrows; ArchitectureTests holds the sources to this list.
import PackageDescription

/// Release builds inline across modules: without it a generic kernel called from another module is ~150 times slower.
let optimised: [SwiftSetting] = [
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))
]

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: optimised)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: optimised)
}

let package = Package(
  name: "Crosspoint",
  products: [
    .executable(name: "crosspoint", targets: ["crosspoint"]),
    .library(name: "Emulation", targets: ["Emulation"]),
    .library(name: "Reporting", targets: ["Reporting"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Layer 0: C.
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5-serial", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]),
    // Layer 1.
    module("Quantities", []),
    module("Kernels", ["CKernels"]),
    module("HDF5Store", ["CHDF5"]),
    // Layer 2.
    module("Devices", ["Quantities", "Kernels"]),
    module("Spiking", ["Quantities", "Kernels", "CKernels"]),
    module("Recordings", ["Kernels", "HDF5Store", "CLZ4", "CZstd", "CZlib", "CMosquitto"]),
    // Layer 3.
    module("Crossbars", ["Quantities", "Kernels", "CKernels", "COpenBLAS", "Devices"]),
    module("Plasticity", ["Quantities", "Kernels", "CKernels", "Devices", "Spiking"]),
    // Layer 4.
    module("Hardware", ["Devices", "Crossbars"]),
    module("Checkpoints", ["Kernels", "HDF5Store", "Crossbars"]),
    // Layer 5.
    module(
      "Emulation",
      [
        "COpenBLAS", "CKernels", "Quantities", "Kernels", "Devices", "Spiking", "Recordings", "Crossbars", "Plasticity",
        "Hardware", "Checkpoints", .product(name: "Yams", package: "Yams"),
      ]),
    // Layer 6.
    module(
      "Reporting",
      [
        "Quantities", "Kernels", "HDF5Store", "Devices", "Plasticity", "Hardware", "Emulation", "Checkpoints",
        "Crossbars",
        "Recordings",
      ]),
    // Layer 7.
    .executableTarget(
      name: "crosspoint",
      dependencies: [
        "Crossbars", "Devices", "Hardware", "Emulation", "Reporting", "Checkpoints", "Recordings",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: optimised),
    // Tests.
    tests("QuantitiesTests", ["Quantities"]),
    tests("KernelsTests", ["Kernels", "CKernels"]),
    tests("HDF5StoreTests", ["HDF5Store"]),
    tests("DevicesTests", ["Devices", "Kernels", "Quantities"], resources: [.copy("Fixtures")]),
    tests("SpikingTests", ["Spiking", "Kernels", "Recordings"], resources: [.copy("Fixtures")]),
    tests(
      "RecordingsTests", ["Recordings", "Kernels", "HDF5Store", "CLZ4", "CZstd", "Crossbars"],
      resources: [.copy("Fixtures")]),
    tests("CrossbarsTests", ["Crossbars", "Devices", "Kernels", "Quantities"]),
    tests("HardwareTests", ["Hardware", "Crossbars", "Devices", "Kernels"]),
    tests(
      "PlasticityTests", ["Plasticity", "Devices", "Spiking", "Kernels", "CKernels"], resources: [.copy("Fixtures")]),
    tests(
      "CheckpointsTests", ["Checkpoints", "HDF5Store", "Crossbars", "Devices", "Kernels"],
      resources: [.copy("Fixtures")]),
    tests(
      "EmulationTests",
      [
        "Emulation", "Checkpoints", "Quantities", "Kernels", "HDF5Store", "Devices", "Spiking", "Plasticity",
        "Crossbars", "Hardware",
      ]),
    tests("ReportingTests", ["Reporting", "Emulation", "Hardware", "Crossbars", "Devices"]),
    tests("ArchitectureTests", []),
    tests("EndToEndTests", ["Checkpoints", "crosspoint"]),
  ],
  swiftLanguageModes: [.v6]
)
