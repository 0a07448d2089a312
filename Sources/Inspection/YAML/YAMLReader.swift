/// Reads the documents of a YAML stream and keeps what a shape names.
///
/// Aliases share what they stand for, and their expansion is counted, so that no text can grow out of bounds.
struct YAMLReader: ~Copyable {
    /// Nodes that all documents of a file may have, aliases expanded.
    static let nodeLimit = 200_000
    /// Documents of a file.
    static let documentLimit = 1000
    /// Mappings and lists inside each other; each takes stack.
    static let depthLimit = 64
    /// Bytes of a file.
    static let byteLimit = 16 << 20
    /// Unknown keys that are remembered for a document; more say nothing new.
    private static let keyLimit = 200

    private let file: String
    private var events: YAMLEvents
    private var anchors: [String: YAMLNode] = [:]
    private var nodes = 0
    private var depth = 0
    private var unknown: [(path: String, line: Int)] = []
    private var repeated: [(path: String, line: Int)] = []

    /// Every document, each read with the shape that `shape` gives for its "kind", or nil where it has none.
    ///
    /// - Throws: `InspectionError` for what is not YAML, not text, or too much.
    static func read(
        _ bytes: [UInt8],
        file: String,
        what: String,
        shape: (_ kind: String?) -> Shape
    ) throws(InspectionError) -> [YAMLDocument] {
        guard bytes.count <= byteLimit else {
            throw .tooMuch(file, what: "is larger than 16 MiB")
        }
        guard !ConfigText.isBinary(bytes) else { throw .notText(file, what: what) }
        let kinds = try Self.kinds(bytes, file)
        guard var reader = YAMLReader(bytes, file) else {
            throw .tooMuch(file, what: "needs more memory than there is")
        }
        var documents: [YAMLDocument] = []
        while try reader.beginDocument() {
            let kind = documents.count < kinds.count ? kinds[documents.count] : nil
            reader.anchors = [:]
            reader.unknown = []
            reader.repeated = []
            let (event, line) = try reader.next()
            let root = try reader.node(event, line, shape(kind), path: "")
            documents.append(
                YAMLDocument(
                    root: root,
                    unknownKeys: reader.unknown,
                    repeatedKeys: reader.repeated
                )
            )
            guard documents.count <= documentLimit else {
                throw .tooMuch(file, what: "has more than \(documentLimit) documents")
            }
        }
        return documents
    }

    private init?(_ bytes: [UInt8], _ file: String) {
        guard let events = YAMLEvents(bytes) else { return nil }
        self.events = events
        self.file = file
    }

    /// The "kind" of each document, which decides how it is read.
    private static func kinds(_ bytes: [UInt8], _ file: String) throws(InspectionError) -> [String?]
    {
        guard var reader = YAMLReader(bytes, file) else { return [] }
        var kinds: [String?] = []
        let shape = Shape.map(["kind": .scalar])
        while try reader.beginDocument() {
            reader.anchors = [:]
            let (event, line) = try reader.next()
            kinds.append(try reader.node(event, line, shape, path: "")["kind"]?.text)
            guard kinds.count <= documentLimit else { break }
        }
        return kinds
    }

    private mutating func next() throws(InspectionError) -> (YAMLEvents.Event, Int) {
        do throws(YAMLEvents.Failure) {
            let (event, line) = try events.next()
            return (event, line)
        } catch {
            throw .yaml(file, line: error.line, problem: error.problem)
        }
    }

    /// False at the end of the stream.
    private mutating func beginDocument() throws(InspectionError) -> Bool {
        while true {
            switch try next().0 {
            case .documentStart: return true
            case .streamEnd: return false
            default: continue
            }
        }
    }

    private mutating func count(_ weight: Int) throws(InspectionError) {
        nodes += weight
        guard nodes <= Self.nodeLimit else {
            throw .tooMuch(file, what: "expands to more than \(Self.nodeLimit) values")
        }
    }

    /// One value with everything in it.
    private mutating func node(
        _ event: YAMLEvents.Event,
        _ line: Int,
        _ shape: Shape,
        path: String
    ) throws(InspectionError) -> YAMLNode {
        try count(1)
        guard depth < Self.depthLimit else {
            throw .tooMuch(file, what: "is nested more than \(Self.depthLimit) levels deep")
        }
        depth += 1
        defer { depth -= 1 }
        let anchor: String?
        let node: YAMLNode
        switch event {
        case .scalar(let text, let name):
            anchor = name
            node = YAMLNode(value: Self.keeps(shape) ? .scalar(text) : .hidden, line: line)
        case .listStart(let name):
            anchor = name
            node = try list(shape, line, path: path)
        case .mapStart(let name):
            anchor = name
            node = try map(shape, line, path: path)
        case .alias(let name):
            anchor = nil
            node = anchors[name] ?? YAMLNode(value: .hidden, line: line)
            try count(node.weight)
        case .documentStart, .documentEnd, .listEnd, .mapEnd, .streamStart, .streamEnd:
            return YAMLNode(value: .hidden, line: line)
        }
        if let anchor { anchors[anchor] = node }
        return node
    }

    private static func keeps(_ shape: Shape) -> Bool {
        switch shape {
        case .scalar, .scalarOrMap: true
        // Present where a mapping or a list is due: only "nothing" can stand there, and rules need not tell.
        case .secret, .ignored, .list, .map, .dictionary: false
        }
    }

    private mutating func list(
        _ shape: Shape,
        _ line: Int,
        path: String
    ) throws(InspectionError) -> YAMLNode {
        var inner = Shape.ignored
        var isKept = false
        if case .list(let element) = shape {
            inner = element
            isKept = true
        }
        var elements: [YAMLNode] = []
        var weight = 1
        while true {
            let (event, line) = try next()
            if event == .listEnd { break }
            let element = try node(event, line, inner, path: isKept ? "\(path)[]" : path)
            weight += element.weight
            if isKept { elements.append(element) }
        }
        return YAMLNode(value: isKept ? .list(elements) : .hidden, line: line, weight: weight)
    }

    private mutating func map(
        _ shape: Shape,
        _ line: Int,
        path: String
    ) throws(InspectionError) -> YAMLNode {
        var entries: [YAMLNode.Entry] = []
        var weight = 1
        var seen: Set<String> = []
        while true {
            let (keyEvent, keyLine) = try next()
            if keyEvent == .mapEnd { break }
            let key: String?
            if case .scalar(let text, _) = keyEvent {
                try count(1)
                key = text
            } else {
                // A mapping or a list as a key; nothing here has such.
                weight += try node(keyEvent, keyLine, .ignored, path: path).weight
                key = nil
            }
            let place = key.map { path.isEmpty ? $0 : "\(path).\($0)" } ?? path
            let inner = key.map { Self.inner(shape, $0) } ?? .some(.ignored)
            if let key, key != "<<", !seen.insert(key).inserted, Self.isOpen(shape) {
                Self.note(&repeated, place, keyLine)
            }
            if inner == nil, key != nil { Self.note(&unknown, place, keyLine) }
            let (event, valueLine) = try next()
            // "<<: *base" means the keys of the mapping itself.
            let actual = key == "<<" ? shape : inner ?? .ignored
            let value = try node(event, valueLine, actual, path: key == "<<" ? path : place)
            weight += value.weight + 1
            guard let key, Self.isOpen(shape), inner != nil || key == "<<" else { continue }
            if key == "<<" {
                let known = Set(entries.map(\.key))
                entries += value.entries.filter { !known.contains($0.key) }
            } else {
                entries.removeAll { $0.key == key }
                entries.append(.init(key: key, line: keyLine, node: value))
            }
        }
        return YAMLNode(
            value: Self.isOpen(shape) ? .map(entries) : .hidden,
            line: line,
            weight: weight
        )
    }

    /// The shape behind a key; nil where the key has no place and should be told.
    private static func inner(_ shape: Shape, _ key: String) -> Shape? {
        switch shape {
        case .map(let shapes, let strict):
            if let shape = shapes[key] { return shape }
            return strict && key != "<<" ? nil : .ignored
        case .dictionary(let shape): return shape
        case .scalarOrMap: return .scalar
        case .scalar, .secret, .ignored, .list: return .ignored
        }
    }

    /// Whether a mapping is kept here at all.
    private static func isOpen(_ shape: Shape) -> Bool {
        switch shape {
        case .map, .dictionary, .scalarOrMap: true
        case .scalar, .secret, .ignored, .list: false
        }
    }

    /// Remembers a key by its path, unless it looks like something else than a name.
    private static func note(_ list: inout [(path: String, line: Int)], _ path: String, _ line: Int)
    {
        guard list.count < keyLimit else { return }
        let last = ConfigText.parts(path, at: UInt8(ascii: ".")).last ?? ""
        let isName =
            !last.isEmpty && last.utf8.count <= 64
            && last.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                    || (0x61...0x7A).contains(byte) || "-_/".utf8.contains(byte)
            }
        list.append((isName ? path : "(a key that is no name)", line))
    }
}
