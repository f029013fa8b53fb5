/// A run's report as one HTML file that needs no scripts and nothing from elsewhere.
public enum HTMLReport {
  /// The page. Sections without content are left out; equal content gives equal bytes.
  public static func page(_ content: ReportContent) -> String {
    let sections = [
      header(content), headlines(content.headlines), figures(content.figures), tables(content.tables),
      commands(content.commands), citations(content.citations), provenance(content.provenance),
      experiment(content.experimentYAML),
    ]
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="Crosspoint">
      <meta http-equiv="Content-Security-Policy" \
      content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
      <title>\(Markup.escaped(content.title))</title>
      <style>
      \(HTMLStyle.sheet)</style>
      </head>
      <body>
      <main>
      \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
      </main>
      </body>
      </html>

      """
  }

  private static func section(_ title: String, _ body: String) -> String {
    "<section>\n<h2>\(Markup.escaped(title))</h2>\n\(body)\n</section>"
  }

  private static func element(_ tag: String, class name: String? = nil, _ text: String) -> String {
    guard !text.isEmpty else { return "" }
    return "<\(tag)\(name.map { " class=\"\($0)\"" } ?? "")>\(Markup.escaped(text))</\(tag)>"
  }

  private static func header(_ content: ReportContent) -> String {
    let notices = content.notices.map { element("p", class: "notice", $0) }
    let lines = [element("h1", content.title), element("p", class: "subtitle", content.subtitle)] + notices
    return "<header>\n\(lines.filter { !$0.isEmpty }.joined(separator: "\n"))\n</header>"
  }

  private static func headlines(_ headlines: [ReportContent.Headline]) -> String {
    guard !headlines.isEmpty else { return "" }
    let cards = headlines.map {
      "<div>\(element("span", class: "label", $0.label))\(element("strong", $0.value))"
        + "\(element("span", class: "detail", $0.detail))</div>"
    }
    return "<section class=\"headlines\">\n\(cards.joined(separator: "\n"))\n</section>"
  }

  private static func figures(_ figures: [ReportContent.Figure]) -> String {
    guard !figures.isEmpty else { return "" }
    let items = figures.enumerated().map { index, figure in
      let caption = figure.caption.isEmpty ? "" : " \(Markup.escaped(figure.caption))"
      return "<figure>\n<div class=\"card\">\n\(figure.svg)</div>\n"
        + "<figcaption><b>Figure \(index + 1).</b>\(caption)</figcaption>\n</figure>"
    }
    return section("Figures", items.joined(separator: "\n"))
  }

  private static func tables(_ tables: [ReportContent.Table]) -> String {
    guard !tables.isEmpty else { return "" }
    return section("Results", tables.map(table).joined(separator: "\n"))
  }

  private static func table(_ item: ReportContent.Table) -> String {
    let numeric = item.table.isNumeric
    func row(_ tag: String, _ cells: [String]) -> String {
      let parts = cells.enumerated().map { index, cell in
        "<\(tag)\(numeric[index] ? " class=\"number\"" : "")>\(Markup.escaped(cell))</\(tag)>"
      }
      return "<tr>\(parts.joined())</tr>"
    }
    return """
      <div class="scroll"><table>
      \(element("caption", item.caption))
      <thead>\(row("th", item.table.header))</thead>
      <tbody>
      \(item.table.rows.map { row("td", $0) }.joined(separator: "\n"))
      </tbody>
      </table></div>
      """
  }

  private static func commands(_ commands: [ReportContent.Command]) -> String {
    guard !commands.isEmpty else { return "" }
    let items = commands.map { "\(element("p", $0.purpose))\n<pre><code>\(Markup.escaped($0.line))</code></pre>" }
    return section("Resume and reproduce", items.joined(separator: "\n"))
  }

  private static func citations(_ citations: [ReportContent.Citation]) -> String {
    guard !citations.isEmpty else { return "" }
    let items = citations.map { citation in
      let subject = citation.subject.isEmpty ? "" : "<b>\(Markup.escaped(citation.subject)):</b> "
      let address = Markup.escaped(citation.address)
      let isLink = citation.address.hasPrefix("https://")
      let place = address.isEmpty ? "" : isLink ? " <a href=\"\(address)\">\(address)</a>" : " \(address)"
      return "<li>\(subject)\(Markup.escaped(citation.text))\(place)</li>"
    }
    return section("Whom to cite", "<ul>\n\(items.joined(separator: "\n"))\n</ul>")
  }

  private static func provenance(_ facts: [ReportContent.Fact]) -> String {
    guard !facts.isEmpty else { return "" }
    let items = facts.map { "<dt>\(Markup.escaped($0.name))</dt><dd>\(Markup.escaped($0.value))</dd>" }
    return section("Provenance", "<dl>\n\(items.joined(separator: "\n"))\n</dl>")
  }

  private static func experiment(_ yaml: String) -> String {
    guard !yaml.isEmpty else { return "" }
    let body =
      "<details>\n<summary>The resolved experiment file, every default written out</summary>\n"
      + "<pre><code>\(Markup.escaped(yaml))</code></pre>\n</details>"
    return section("Experiment", body)
  }
}
