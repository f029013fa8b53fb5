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
    let text = try ConfigurationDocument.text(ofFile: path)
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
}
