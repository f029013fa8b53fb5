// swift-tools-version: 6.2
// A package of its own over the same sources (the folders in Sources are links), so that every module that decodes is compiled with
// counters for the fuzzer, and with all checks of bounds.
import PackageDescription

/// "fuzzer,address", the default, also finds bytes that are read outside of what was allocated; "fuzzer" is faster.
let sanitizers = "-sanitize=" + (Context.environment["FUZZING_SANITIZERS"] ?? "fuzzer,address")
let watched: [SwiftSetting] = [
  .unsafeFlags(["-O", sanitizers, "-assert-config", "Debug"], .when(configuration: .release))
]

let package = Package(
  name: "Fuzzing",
  targets: [
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5-serial"),
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4"),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
    .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto"),
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]),
    .target(name: "Kernels", dependencies: ["CKernels"]),
    .target(name: "HDF5Store", dependencies: ["CHDF5"]),
    .target(
      name: "Recordings", dependencies: ["Kernels", "HDF5Store", "CLZ4", "CZstd", "CZlib", "CMosquitto"],
      swiftSettings: watched),
    .target(
      name: "DecoderChecks", dependencies: ["Kernels", "Recordings"], exclude: ["CorpusTests.swift"],
      swiftSettings: watched),
    .target(name: "CFuzzer"),
    .executableTarget(
      name: "Fuzz", dependencies: ["DecoderChecks", "CFuzzer"], swiftSettings: watched,
      // gold cannot read what the sanitizers write for debuggers.
      linkerSettings: [.unsafeFlags([sanitizers, "-use-ld=lld"])]),
  ],
  swiftLanguageModes: [.v6]
)
