import Glibc

extension ExperimentConfiguration {
  /// Reads an experiment file.
  ///
  /// - Parameters:
  ///   - path: the file, YAML.
  ///   - overrides: values that replace those of the file, each `key=value` such as `crossbar.adc_bits=5`; of several
  ///     for one key the last counts.
  /// - Throws: `ConfigurationError` with everything that is wrong, each problem with its place.
  public static func load(path: String, overrides: [String] = []) throws(ConfigurationError) -> ExperimentConfiguration
  {
    let text = try readText(path)
    return try load(text: text, name: path, overrides: overrides)
  }

  /// Reads an experiment from text.
  ///
  /// - Parameters:
  ///   - text: YAML.
  ///   - name: what messages call the text; without its ending it is also the default name of the experiment.
  ///   - overrides: values that replace those of the text, each `key=value`; of several for one key the last counts.
  /// - Throws: `ConfigurationError` with everything that is wrong, each problem with its place.
  public static func load(
    text: String, name: String, overrides: [String] = []
  ) throws(ConfigurationError) -> ExperimentConfiguration {
    let document = try ConfigurationDocument(yaml: text, file: name)
    var resolver = ConfigurationResolver(document, overrides: overrides)
    let configuration = ExperimentConfiguration(resolved: try resolver.resolved())
    if let error = ConfigurationError(configuration.conflicts(file: name)) { throw error }
    return configuration
  }

  private static func readText(_ path: String) throws(ConfigurationError) -> String {
    // Not blocking, for a path that turns out to be a pipe without a writer.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(file: path, reason: errorText()) }
    defer { close(descriptor) }
    let limit = ConfigurationDocument.largestFile
    var bytes = [UInt8](repeating: 0, count: limit + 1)
    var count = 0
    while count < bytes.count {
      let received = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + count, $0.count - count) }
      if received < 0 && errno == EINTR { continue }
      guard received >= 0 else { throw .unreadable(file: path, reason: errorText()) }
      if received == 0 { break }
      count += received
    }
    guard count <= limit else { throw .tooLarge(file: path, limit: limit) }
    guard let text = String(validating: bytes[..<count], as: UTF8.self) else { throw .notText(file: path) }
    return text
  }

  private static func errorText() -> String { String(cString: strerror(errno)) }
}
