import CFuzzer
import DecoderChecks
import Glibc

/// Feeds one decoder with what libFuzzer makes up. The environment names the decoder, since libFuzzer starts the program anew with
/// the arguments that it got.
@main
struct Fuzz {
  static let name = "FUZZING_DECODER"
  static let check = DecoderCheck(rawValue: getenv(name).map { String(cString: $0) } ?? "")
  /// Used by the one thread that libFuzzer calls from.
  nonisolated(unsafe) static let folder = ScratchFolder()

  static func main() {
    guard check != nil else {
      let names = DecoderCheck.allCases.map(\.rawValue).joined(separator: " ")
      fatalError("\(name) is to be one of: \(names)")
    }
    var (count, arguments) = (CommandLine.argc, Optional(CommandLine.unsafeArgv))
    let status = LLVMFuzzerRunDriver(&count, &arguments, tryInput)
    exit(status)
  }
}

/// One input; libFuzzer keeps those after which the program ends.
private func tryInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    _ = try Fuzz.check?.run(Array(UnsafeBufferPointer(start: start, count: count)), in: Fuzz.folder)
  } catch {
    fatalError("\(error)")
  }
  return 0
}
