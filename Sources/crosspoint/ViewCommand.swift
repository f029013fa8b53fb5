import ArgumentParser
import Emulation
import Foundation
import Recordings
import Reporting

/// `crosspoint view`.
struct ViewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view", abstract: "Show a recording of events: in the terminal, as PNG or as animated GIF.",
    discussion: """
      ON events are blue, OFF events orange, pixels with both grey; the darker (in a terminal the brighter) the more events.
      crosspoint view recording.raw --from 1s --frame 33ms
      crosspoint view recording.raw --from 1s --frame 33ms --output moment.png --width 1280
      crosspoint view recording.aedat4 --until 3s --output scene.gif --frame 20ms --speed 0.5
      """)

  @Argument(help: "The recording.")
  var path: String

  @Option(help: "Write a picture here: .png for one frame, .gif for all.")
  var output: String?

  @Option(help: "Duration of a frame; all of the span in one without, and 33ms in a GIF.")
  var frame: String?

  @OptionGroup var span: SpanOptions

  @Option(help: "Pixels in a row of the picture, or characters in a line of the terminal.")
  var width: Int?

  @Option(help: ArgumentHelp("Which events to show: both, on or off.", valueName: "polarity"))
  var show = "both"

  @Option(help: "Steps of preparation, as for `crosspoint convert`.")
  var prepare: String?

  @Option(help: "Seconds of the recording in a second of the GIF.")
  var speed = 1.0

  @Option(help: ArgumentHelp("Colours in the terminal: auto, always or never.", valueName: "when"))
  var colour = "auto"

  @OptionGroup(title: "Reading events") var reading: ReadingOptions

  @Flag(help: "Print what was written as one JSON object.")
  var json = false

  func validate() throws {
    if let width, !(1...16_384).contains(width) { throw ValidationError("--width \(width): expected 1 to 16384") }
    guard speed > 0, speed.isFinite else { throw ValidationError("--speed \(speed): expected a number above 0") }
    guard ["auto", "always", "never"].contains(colour) else {
      throw ValidationError("--colour \(colour): expected auto, always or never")
    }
  }

  func run() throws {
    try Failure.reporting {
      guard let shown = ShownPolarity(rawValue: show) else {
        throw RecordingError.setting(name: "--show", expected: "both, on or off", found: "'\(show)'")
      }
      let view = EventView(
        input: EventInput(
          path: path, reading: try reading.eventOptions(), span: try span.span(),
          preparation: try prepare.map { text throws(RecordingError) in try PreparationNotation.parse(text) } ?? []),
        frameInMicroseconds: try frame.map { try TimeText.positive($0, of: "--frame") }, width: width, shown: shown)
      guard let output else {
        let shown = try view.text(isColored: colour == "always" || (colour == "auto" && Terminal.isColored))
        print(shown.text, terminator: "")
        return try Failure.tell([shown.damage])
      }
      let outcome = try write(view, to: output)
      print(
        json
          ? try JSONText.encode(outcome)
          : "\(outcome.output): \(outcome.events) events in \(outcome.frames) frame\(outcome.frames == 1 ? "" : "s")\n",
        terminator: "")
      try Failure.tell([outcome.damage])
    }
  }

  private func write(_ view: EventView, to output: String) throws -> EventView.Outcome {
    if output.hasSuffix(".png") { return try view.writePNG(to: output) }
    if output.hasSuffix(".gif") { return try view.writeGIF(to: output, playback: speed) }
    throw RecordingError.setting(name: "--output", expected: "a name that ends in .png or .gif", found: "'\(output)'")
  }
}
