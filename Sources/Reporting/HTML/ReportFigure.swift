/// A picture with what it shows in words, and its numbers.
struct ReportFigure {
    /// Unique in the page: letters, digits and dashes.
    var id: String
    var title: String
    /// How to read it, and what was left out; plain text.
    var caption: String
    /// What there is to see, for those who cannot.
    var description: String
    var table: DataTable
    /// Draws it so many pixels wide.
    var draw: (Double) -> SVGDrawing
    /// Two of them stand side by side.
    var isHalf = false

    static let wide = 800.0
    static let half = 388.0
    static let narrow = 344.0

    var html: String {
        var text = "<figure id=\"\(id)\"\(isHalf ? " class=\"half\"" : "")>"
        text += "<figcaption><h4>\(Markup.escape(title))</h4>"
        if !caption.isEmpty { text += "<p>\(Markup.escape(caption))</p>" }
        text += "</figcaption>"
        if isHalf {
            text += draw(Self.half)
                .element(id: "\(id)-h", title: title, description: description, kind: "chart")
        } else {
            text += draw(Self.wide)
                .element(id: "\(id)-w", title: title, description: description, kind: "chart wide")
            text += draw(Self.narrow)
                .element(
                    id: "\(id)-n",
                    title: title,
                    description: description,
                    kind: "chart narrow",
                    isHidden: true
                )
        }
        text += "<details class=\"data\"><summary>Data</summary><p class=\"take\">"
        text += "<a download=\"\(id).csv\" href=\"\(table.link)\">Download as CSV</a>"
        text += " <button type=\"button\" class=\"copy\" hidden>Copy as CSV</button></p>"
        return text + table.html(caption: "\(title): data") + "</details></figure>"
    }
}
