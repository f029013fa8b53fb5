import ArgumentParser
import Emulation

/// The command line.
@main
struct CrosspointCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crosspoint",
    abstract:
      "Emulates edge learning chips: spiking networks on crossbars of memory devices that learn while a sensor streams.",
    discussion: """
      Start with:  crosspoint run Examples/01-watch-exercises.yaml --output runs/a
      Exit codes:  0 done, 1 failed, 64 wrong usage, 130, 138 or 143 stopped by Ctrl-C, SIGUSR1 or SIGTERM after saving.
      """,
    version: ProgramVersion.text,
    subcommands: [
      RunCommand.self, ResumeCommand.self, CrossvalidateCommand.self, SweepCommand.self, StudyCommand.self,
      WearCommand.self, AgeCommand.self, EstimateCommand.self, EarlyExitCommand.self, FigureCommand.self,
      InspectCommand.self, VerifyCommand.self, DiffCommand.self, ConvertCommand.self,
      ViewCommand.self, SendCommand.self,
      ListenCommand.self,
      ConfigCommand.self, DeviceCommand.self, ProgramCommand.self, MapCommand.self,
      CrossbarCommand.self, NIRCommand.self,
      BaselineCommand.self, BenchCommand.self,
    ])

  /// The entry of the program.
  static func main() {
    StudyChild.joinStudy()
    main(nil)
  }
}
