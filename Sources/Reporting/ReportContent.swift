/// Everything one run's report says, as plain values.
///
/// All text is plain text: the report escapes it. Only ``Figure/svg`` is taken as markup, so it must come from ``Figures``.
public struct ReportContent: Equatable, Sendable {
  /// One big number at the top.
  public struct Headline: Equatable, Sendable {
    /// What the number is, such as "test accuracy".
    public var label: String
    /// The number, short, with its unit.
    public var value: String
    /// A quiet line below, such as "after 12 passes"; may be empty.
    public var detail: String

    /// A big number with its name.
    public init(label: String, value: String, detail: String = "") {
      self.label = label
      self.value = value
      self.detail = detail
    }
  }

  /// A drawing with its caption.
  public struct Figure: Equatable, Sendable {
    /// An SVG document made by ``Figures``.
    public var svg: String
    /// What to see in it.
    public var caption: String

    /// A drawing with its caption.
    public init(svg: String, caption: String) {
      self.svg = svg
      self.caption = caption
    }
  }

  /// A table with its caption.
  public struct Table: Equatable, Sendable {
    /// What the rows are; may be empty.
    public var caption: String
    /// Header and rows.
    public var table: TextTable

    /// A table with its caption.
    public init(caption: String, table: TextTable) {
      self.caption = caption
      self.table = table
    }
  }

  /// A name and its value.
  public struct Fact: Equatable, Sendable {
    /// What it is.
    public var name: String
    /// Its value.
    public var value: String

    /// A name and its value.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A command the reader may copy.
  public struct Command: Equatable, Sendable {
    /// What it does, such as "Resume this run".
    public var purpose: String
    /// The command line.
    public var line: String

    /// A command and what it does.
    public init(purpose: String, line: String) {
      self.purpose = purpose
      self.line = line
    }
  }

  /// A work to cite.
  public struct Citation: Equatable, Sendable {
    /// What of the run it stands behind, such as the name of a device preset; may be empty.
    public var subject: String
    /// Authors, title, venue, year.
    public var text: String
    /// Where it is found; linked only when it begins with `https://`.
    public var address: String

    /// A work to cite for `subject`.
    public init(subject: String = "", text: String, address: String = "") {
      self.subject = subject
      self.text = text
      self.address = address
    }
  }

  /// The name of the run.
  public var title: String
  /// One quiet line under the title; may be empty.
  public var subtitle = ""
  /// Things the reader must know before trusting the numbers.
  public var notices: [String] = []
  /// The big numbers, best four to six.
  public var headlines: [Headline] = []
  /// Drawings, in reading order.
  public var figures: [Figure] = []
  /// Result tables, in reading order.
  public var tables: [Table] = []
  /// The resolved experiment file, as YAML.
  public var experimentYAML = ""
  /// Version, build, seed, hashes of the inputs and the like.
  public var provenance: [Fact] = []
  /// How to resume and how to reproduce the run.
  public var commands: [Command] = []
  /// Whom to cite.
  public var citations: [Citation] = []

  /// An empty report with a title.
  public init(title: String) {
    self.title = title
  }
}
