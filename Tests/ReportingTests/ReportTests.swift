import Testing

@testable import Reporting

/// The report says everything it was given, as text, and asks nothing of the outside.
@Suite("Report")
struct ReportTests {
  private func content(_ text: String) -> ReportContent {
    var content = ReportContent(title: text)
    content.subtitle = text
    content.notices = [text]
    content.headlines = [ReportContent.Headline(label: text, value: text, detail: text)]
    content.figures = [
      ReportContent.Figure(svg: Figures.learning(learningCurve(points: 9), title: text), caption: text)
    ]
    var table = TextTable(header: [text, "pulses"])
    table.append([text, "12k"])
    content.tables = [ReportContent.Table(caption: text, table: table)]
    content.experimentYAML = text
    content.provenance = [ReportContent.Fact(text, text)]
    content.commands = [ReportContent.Command(purpose: text, line: text)]
    content.citations = [
      ReportContent.Citation(subject: text, text: text, address: "https://doi.org/\(text)"),
      ReportContent.Citation(text: text, address: "javascript:alert(1)"),
    ]
    return content
  }

  /// The page as XML: the three void elements closed, the doctype left out.
  private func outline(of page: String) -> XMLOutline {
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().map { line in
      line.hasPrefix("<meta ") ? line.dropLast() + "/>" : line
    }
    return XMLOutline(lines.joined(separator: "\n"))
  }

  @Test("well-formed, and hostile text stays text everywhere")
  func escaping() {
    let page = HTMLReport.page(content(hostileName))
    let outline = outline(of: page)
    #expect(outline.message == nil)
    #expect(outline.counts["script"] == nil && !page.contains("<script"))
    #expect(outline.counts["svg"] == 1 && outline.counts["h2"] == 6 && outline.counts["details"] == 1)
    #expect(outline.texts.count { $0.contains("<script>") } > 15)
  }

  @Test("only https addresses become links, and nothing is loaded")
  func addresses() {
    let page = HTMLReport.page(content("a"))
    #expect(outline(of: page).values(of: "href", in: "a") == ["https://doi.org/a"])
    for word in ["<link", "@import", "url(", "src=\"http"] { #expect(!page.contains(word)) }
    #expect(page.contains("default-src 'none'"))
  }

  @Test("equal content gives equal bytes")
  func deterministic() {
    #expect(HTMLReport.page(content("a")) == HTMLReport.page(content("a")))
  }

  @Test("sections without content are left out")
  func empty() {
    let outline = outline(of: HTMLReport.page(ReportContent(title: "run")))
    #expect(outline.message == nil)
    #expect(outline.counts["h1"] == 1 && outline.counts["h2"] == nil && outline.counts["section"] == nil)
  }

  @Test("tables align numbers right and fill short rows")
  func table() {
    var table = TextTable(header: ["layer", "pulses", "energy (J)"])
    table.append(["hidden", "1.2M", "3e-6"])
    table.append(["µ\noutput", "–", "12", "beyond"])
    table.append(["x"])
    #expect(
      table.rendered() == """
        layer     pulses  energy (J)
        ────────  ──────  ──────────
        hidden      1.2M        3e-6
        µ output       –          12
        x

        """)
    #expect(table.isNumeric == [false, true, true])
    #expect(TextTable(header: []).rendered() == "\n\n")
  }

  @Test("the colour map runs evenly from light to dark")
  func colorMap() {
    #expect(ColorMap.color(at: 0).hex == "#fde725" && ColorMap.color(at: 1).hex == "#440154")
    #expect(ColorMap.color(at: .nan) == ColorMap.color(at: 0) && ColorMap.color(at: 9) == ColorMap.color(at: 1))
    let lightness = (0...50).map { step -> Double in
      let color = ColorMap.color(at: Double(step) / 50)
      return 0.2126 * Double(color.red) + 0.7152 * Double(color.green) + 0.0722 * Double(color.blue)
    }
    #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test("cut names fit and say that they were cut")
  func fitted() {
    let name = FigureStyle.fitted(String(repeating: "long ", count: 1000), width: 100)
    #expect(name.hasSuffix("…") && FigureStyle.textWidth(name) <= 100)
    #expect(FigureStyle.fitted("short", width: 100) == "short")
  }
}
