import Devices
import Glibc

/// The prefix in which the states of a device read well.
struct DeviceUnit {
  /// Such as `µS`.
  let name: String
  /// SI base units in one.
  let scale: Double

  /// Suits states up to `largest`, in siemens or farads.
  init(_ quantity: StateQuantity, largest: Double) {
    let prefixes = [("f", 1e-15), ("p", 1e-12), ("n", 1e-9), ("µ", 1e-6), ("m", 1e-3), ("", 1.0)]
    let prefix = prefixes.last { $0.1 <= largest * (1 + 1e-9) } ?? prefixes[0]
    name = prefix.0 + quantity.unit
    scale = prefix.1
  }
}
