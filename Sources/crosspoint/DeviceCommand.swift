import ArgumentParser
import Devices
import Emulation
import Foundation
import Reporting

/// `crosspoint device`.
struct DeviceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "device", abstract: "List, show and plot memory devices, and fit one to measurements.",
    subcommands: [List.self, Show.self, Plot.self, Fit.self])

  /// `crosspoint device list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the known memory devices.")

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
      try Failure.reporting {
        let catalogue = DeviceCatalogue()
        print(json ? try JSONText.encode(catalogue) : catalogue.text, terminator: "")
      }
    }
  }

  /// `crosspoint device show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print every number of a memory device, with its unit, and where the numbers come from.",
      discussion: """
        crosspoint device show rram-taox-hfox
        crosspoint device show my-device.yaml
        """)

    @Argument(help: "A name from `crosspoint device list`, or a device file.")
    var device: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
      try Failure.reporting {
        let description = try ChosenDevice(device).description
        print(json ? try JSONText.encode(description) : description.text, terminator: "")
      }
    }
  }

  /// `crosspoint device plot`.
  struct Plot: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Draw pulse trains, steps, retention and survival of a memory device.",
      discussion: """
        crosspoint device plot fefet-hzo-2017
        crosspoint device plot my-device.yaml --output device.svg
        """)

    @Argument(help: "A name from `crosspoint device list`, or a device file.")
    var device: String

    @Option(help: "The figure, SVG (default: the name of the device with .svg).")
    var output: String?

    func run() throws {
      try Failure.reporting {
        let chosen = try ChosenDevice(device)
        let path = output ?? "\(chosen.plainName).svg"
        let figure = Figures.device(
          chosen.parameters, title: chosen.description.name, summary: chosen.description.summary)
        try OutputFile.write(figure, to: path)
        print("wrote \(path)")
      }
    }
  }

  /// `crosspoint device fit`.
  struct Fit: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fit a memory device to measured pulse trains.",
      discussion: """
        The data are CSV with one reading per line and a header such as

          device,cycle,phase,pulse,conductance_uS
          d1,1,LTP,0,2.51
          d1,1,LTP,1,2.93

        phase is LTP, SET or potentiation, or LTD, RESET or depression; pulse counts the pulses of the train before the
        reading; the unit is part of the name: conductance_S, _mS, _uS, _nS, or resistance_ohm, _kohm, _Mohm. device and
        cycle may be left out.
        crosspoint device fit Examples/devices/measured-trains.csv
        crosspoint device fit data.csv --output my-device.yaml      (and my-device-fit.svg)
        Then, in an experiment:  device: {file: my-device.yaml}
        """)

    @Argument(help: "The measured pulse trains, CSV.")
    var data: String

    @Option(help: "The device file to be written, YAML; the figure goes beside it, -fit.svg.")
    var output = "my-device.yaml"

    @Flag(help: "Write the mean curves as a table instead of fitting a law.")
    var table = false

    @Flag(help: "Replace a device file that holds something else.")
    var overwrite = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
      try Failure.reporting {
        let measurement = try PulseMeasurement(path: data)
        let fit = try DeviceFit(measurement, tabulated: table)
        let figure = (output as NSString).deletingPathExtension + "-fit.svg"
        if !overwrite { try OutputFile.checkReplacing(output, by: fit.yaml) }
        try OutputFile.write(fit.yaml, to: output)
        try OutputFile.write(Figures.deviceFit(fit, measurement), to: figure)
        let report = DeviceFitReport(fit, files: [output, figure])
        print(json ? try JSONText.encode(report) : report.text, terminator: "")
      }
    }
  }
}

/// A device that a user named: a known technology or a file.
private struct ChosenDevice {
  let description: DeviceDescription
  let parameters: DeviceParameters
  /// Name without folders and ending.
  let plainName: String

  init(_ name: String) throws {
    if let technology = DeviceTechnology.named(name) {
      (description, parameters, plainName) = (DeviceDescription(technology), technology.parameters, name)
      return
    }
    guard FileManager.default.fileExists(atPath: name) else {
      throw ValidationError(
        "\(name) is neither a known device nor a file; `crosspoint device list` names the devices, the nearest is "
          + (DeviceCatalogue.nearestName(to: name) ?? "none"))
    }
    // A device file is a part of an experiment; the rest of it does not matter here.
    let configuration = try ExperimentConfiguration.load(
      text: "stream: {kind: sensor-recording, path: unused}\n", name: "device",
      overrides: ["device.file=\(URL(filePath: name).path)"])
    parameters = configuration.device.parameters
    plainName = URL(filePath: name).deletingPathExtension().lastPathComponent
    description = DeviceDescription(
      name: plainName,
      summary: "Described by \(name); what the file leaves out is that of \(configuration.device.preset.name).",
      parameters: parameters)
  }
}

/// Files that a command writes.
private enum OutputFile {
  /// Replaces the file as a whole.
  static func write(_ text: String, to path: String) throws {
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw OutputError(description: "\(path): cannot be written: \((error as NSError).localizedDescription)")
    }
  }

  /// Keeps what a user may have added to a file by hand.
  static func checkReplacing(_ path: String, by text: String) throws {
    guard FileManager.default.fileExists(atPath: path), FileManager.default.contents(atPath: path) != Data(text.utf8)
    else { return }
    throw OutputError(
      description: "\(path) exists and holds something else; give another --output, or --overwrite to replace it")
  }
}

/// Why a file cannot be written, as one sentence.
private struct OutputError: Error, CustomStringConvertible {
  var description: String
}
