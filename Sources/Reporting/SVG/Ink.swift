/// A colour with a role; the page gives each a light and a dark form.
///
/// The six for data differ in lightness too, and never stand alone: lines are labelled and dashed, grades have words.
/// - Source: Okabe and Ito's colours, darkened until they are legible as text.
enum Ink: String, CaseIterable {
    case text = "t"
    case faint = "m"
    case axis = "a"
    case grid = "g"
    /// What is behind everything.
    case surface = "w"
    /// Lines that only give scale to others.
    case context = "x"
    /// The region beyond a limit.
    case beyond = "y"
    case first = "1"
    case second = "2"
    case third = "3"
    case fourth = "4"
    case fifth = "5"
    case sixth = "6"
    case good = "p"
    case doubtful = "d"
    case bad = "b"
    case unclear = "u"
    // Counts of a heat map, few to many.
    case heat0 = "h0"
    case heat1 = "h1"
    case heat2 = "h2"
    case heat3 = "h3"
    case heat4 = "h4"
    case heat5 = "h5"
    case heat6 = "h6"
    // The same beyond a limit.
    case hot0 = "o0"
    case hot1 = "o1"
    case hot2 = "o2"
    case hot3 = "o3"

    /// The colours of series, in the order in which they are handed out.
    static let series: [Ink] = [.first, .second, .third, .fourth, .fifth, .sixth]
    static let heat: [Ink] = [.heat0, .heat1, .heat2, .heat3, .heat4, .heat5, .heat6]
    static let hot: [Ink] = [.hot0, .hot1, .hot2, .hot3]

    /// On white, on paper, and where no style sheet is allowed.
    var light: String {
        switch self {
        case .text: "#1b1d1f"
        case .faint: "#5b6167"
        case .axis: "#8d949b"
        case .grid: "#e6e8eb"
        case .surface: "#ffffff"
        case .context: "#c3c8cd"
        case .beyond: "#fbeee6"
        case .first: "#0068a8"
        case .second: "#c24a00"
        case .third: "#007a58"
        case .fourth: "#9c4585"
        case .fifth: "#866400"
        case .sixth: "#55595e"
        case .good: "#00704f"
        case .doubtful: "#7d5b00"
        case .bad: "#b23a00"
        case .unclear: "#6a4c93"
        case .heat0: "#dfeaf4"
        case .heat1: "#bcd5ea"
        case .heat2: "#8fbadb"
        case .heat3: "#5b9bc9"
        case .heat4: "#2f7ab3"
        case .heat5: "#115893"
        case .heat6: "#07325f"
        case .hot0: "#f9cfae"
        case .hot1: "#ee9255"
        case .hot2: "#cc5410"
        case .hot3: "#7c2d00"
        }
    }

    /// On a dark screen.
    var dark: String {
        switch self {
        case .text: "#e4e6e8"
        case .faint: "#a0a7ae"
        case .axis: "#6b7279"
        case .grid: "#2c3035"
        case .surface: "#15171a"
        case .context: "#4b5157"
        case .beyond: "#33231a"
        case .first: "#62b5ee"
        case .second: "#ff9552"
        case .third: "#45cfa1"
        case .fourth: "#e193cb"
        case .fifth: "#dfbb4a"
        case .sixth: "#b9bec3"
        case .good: "#4fd0a3"
        case .doubtful: "#e2bd4d"
        case .bad: "#ff9057"
        case .unclear: "#bda2e6"
        case .heat0: "#16293b"
        case .heat1: "#1a3f60"
        case .heat2: "#205a8a"
        case .heat3: "#337ab2"
        case .heat4: "#5d9dcf"
        case .heat5: "#93c1e4"
        case .heat6: "#d3e6f6"
        case .hot0: "#4a2610"
        case .hot1: "#8c4312"
        case .hot2: "#e0752c"
        case .hot3: "#ffc79c"
        }
    }
}

extension Ink {
    /// The dash pattern of the series with this number, so that lines differ without colour; nil for a solid line.
    static func dash(_ series: Int) -> String? {
        let patterns: [String?] = [nil, "8 3", "10 3 2 3", "5 2", "14 3", "3 2"]
        return patterns[series % patterns.count]
    }
}
