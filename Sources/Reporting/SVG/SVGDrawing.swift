/// A drawing in SVG as text.
///
/// Every element has its colours as presentation attributes, so it shows where a page's styles are forbidden, and a class,
/// so that the page can give it others. Coordinates are pixels from the top left.
struct SVGDrawing {
    /// Where a text stands relative to its point.
    enum Anchor: String {
        case start, middle, end
    }

    let width: Double
    let height: Double
    private(set) var body = ""

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// A straight line.
    mutating func line(
        _ x1: Double,
        _ y1: Double,
        _ x2: Double,
        _ y2: Double,
        _ ink: Ink,
        width: Double = 1,
        dash: String? = nil
    ) {
        body += "<line x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\""
        body += stroke(ink, width, dash) + "/>"
    }

    /// A line through points, not closed; nothing for fewer than two.
    mutating func polyline(
        _ points: [(x: Double, y: Double)],
        _ ink: Ink,
        width: Double = 1.75,
        dash: String? = nil
    ) {
        guard points.count > 1 else { return }
        body += "<path d=\"\(data(points))\" fill=\"none\" stroke-linejoin=\"round\""
        body += stroke(ink, width, dash) + "/>"
    }

    /// A filled shape through points.
    mutating func polygon(_ points: [(x: Double, y: Double)], _ ink: Ink, opacity: Double = 1) {
        guard points.count > 2 else { return }
        body += "<path d=\"\(data(points))z\"" + fill(ink)
        if opacity < 1 { body += " fill-opacity=\"\(opacity)\"" }
        body += "/>"
    }

    /// Many rectangles of one colour; `path` holds their outlines as SVG path data of numbers only.
    mutating func fill(path: String, _ ink: Ink) {
        guard !path.isEmpty else { return }
        body += "<path d=\"\(path)\" shape-rendering=\"crispEdges\"" + fill(ink) + "/>"
    }

    mutating func rectangle(
        _ x: Double,
        _ y: Double,
        _ width: Double,
        _ height: Double,
        _ ink: Ink,
        opacity: Double = 1,
        outline: Ink? = nil
    ) {
        guard width > 0, height > 0 else { return }
        body += "<rect x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\" height=\"\(n(height))\""
        if let outline {
            body += " fill=\"none\" class=\"l\(outline.rawValue)\" stroke=\"\(outline.light)\""
        } else {
            body += fill(ink)
        }
        if opacity < 1 { body += " fill-opacity=\"\(opacity)\"" }
        body += "/>"
    }

    /// A dot; a hollow one has the page's colour inside.
    mutating func dot(
        _ x: Double,
        _ y: Double,
        _ radius: Double,
        _ ink: Ink,
        isHollow: Bool = false
    ) {
        body += "<circle cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius))\""
        if isHollow {
            body += " class=\"fw l\(ink.rawValue)\" fill=\"\(Ink.surface.light)\""
            body += " stroke=\"\(ink.light)\" stroke-width=\"1.5\"/>"
        } else {
            body += fill(ink) + "/>"
        }
    }

    /// A square on its corner.
    mutating func diamond(
        _ x: Double,
        _ y: Double,
        _ radius: Double,
        _ ink: Ink,
        isHollow: Bool = false
    ) {
        let r = radius
        body +=
            "<path d=\"M\(n(x)) \(n(y - r))l\(n(r)) \(n(r))l\(n(-r)) \(n(r))l\(n(-r)) \(n(-r))z\""
        if isHollow {
            body += " class=\"fw l\(ink.rawValue)\" fill=\"\(Ink.surface.light)\""
            body += " stroke=\"\(ink.light)\" stroke-width=\"1.5\"/>"
        } else {
            body += fill(ink) + "/>"
        }
    }

    /// An invisible place that says `note` when it is pointed at.
    mutating func hint(_ x: Double, _ y: Double, _ note: String, radius: Double = 8) {
        body += "<circle class=\"pt\" cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius))\""
        body += " fill-opacity=\"0\"><title>\(Markup.escape(note))</title></circle>"
    }

    /// The same for a rectangle.
    mutating func hint(
        _ x: Double,
        _ y: Double,
        _ width: Double,
        _ height: Double,
        _ note: String
    ) {
        guard width > 0, height > 0 else { return }
        body += "<rect class=\"pt\" x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\""
        body +=
            " height=\"\(n(height))\" fill-opacity=\"0\"><title>\(Markup.escape(note))</title></rect>"
    }

    /// A line of text; `y` is its base line.
    mutating func text(
        _ text: String,
        _ x: Double,
        _ y: Double,
        _ anchor: Anchor = .start,
        _ ink: Ink = .text,
        size: Double = 12,
        isStrong: Bool = false,
        hasHalo: Bool = false
    ) {
        guard !text.isEmpty else { return }
        body += "<text x=\"\(n(x))\" y=\"\(n(y))\""
        if anchor != .start { body += " text-anchor=\"\(anchor.rawValue)\"" }
        if size != 12 { body += " font-size=\"\(n(size))\"" }
        if isStrong { body += " font-weight=\"600\"" }
        if hasHalo {
            body += " class=\"f\(ink.rawValue) halo\" fill=\"\(ink.light)\" paint-order=\"stroke\""
            body += " stroke=\"\(Ink.surface.light)\" stroke-width=\"3\" stroke-linejoin=\"round\""
        } else {
            body += fill(ink)
        }
        body += ">\(Markup.escape(text))</text>"
    }

    /// Diagonal lines in a rectangle, for what was derived and not measured.
    mutating func hatch(
        _ x: Double,
        _ y: Double,
        _ width: Double,
        _ height: Double,
        _ ink: Ink,
        step: Double = 5
    ) {
        guard width > 0, height > 0 else { return }
        var path = ""
        var start = x - height + step
        while start < x + width {
            // From the lower left to the upper right, cut at the sides.
            let left = max(start, x)
            let right = min(start + height, x + width)
            if right > left {
                path += "M\(n(left)) \(n(y + height - (left - start)))"
                path += "L\(n(right)) \(n(y + height - (right - start)))"
            }
            start += step
        }
        body += "<path d=\"\(path)\" fill=\"none\"" + stroke(ink, 1, nil) + "/>"
    }

    /// The whole element.
    ///
    /// - Parameters:
    ///   - id: unique in the page, letters, digits and dashes.
    ///   - title: what it is.
    ///   - description: what there is to see, for those who cannot.
    ///   - kind: the class of the element.
    ///   - isHidden: not shown where there are no styles.
    /// - Returns: XML.
    func element(
        id: String,
        title: String,
        description: String,
        kind: String = "",
        isHidden: Bool = false
    ) -> String {
        var text =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(n(width)) \(n(height))\""
        text += " width=\"\(n(width))\" height=\"\(n(height))\" role=\"img\""
        text += " aria-labelledby=\"\(id)-t \(id)-d\" font-size=\"12\""
        text +=
            " font-family=\"system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif\""
        if !kind.isEmpty { text += " class=\"\(kind)\"" }
        if isHidden { text += " display=\"none\"" }
        text += "><title id=\"\(id)-t\">\(Markup.escape(title))</title>"
        text += "<desc id=\"\(id)-d\">\(Markup.escape(description))</desc>"
        return text + body + "</svg>"
    }

    /// How wide a text will be, roughly and rather too much.
    static func width(of text: String, size: Double = 12) -> Double {
        Double(text.count) * size * 0.58
    }

    private func n(_ value: Double) -> String { Markup.number(value) }

    private func data(_ points: [(x: Double, y: Double)]) -> String {
        var text = ""
        for (index, point) in points.enumerated() {
            text += "\(index == 0 ? "M" : "L")\(n(point.x)) \(n(point.y))"
        }
        return text
    }

    private func fill(_ ink: Ink) -> String {
        " class=\"f\(ink.rawValue)\" fill=\"\(ink.light)\""
    }

    private func stroke(_ ink: Ink, _ width: Double, _ dash: String?) -> String {
        var text = " class=\"l\(ink.rawValue)\" stroke=\"\(ink.light)\""
        if width != 1 { text += " stroke-width=\"\(width)\"" }
        if let dash { text += " stroke-dasharray=\"\(dash)\"" }
        return text
    }
}
