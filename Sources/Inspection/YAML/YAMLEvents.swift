import CLibYAML

/// The events of a YAML stream, from libyaml.
///
/// - Source: yaml.h of libyaml 0.2.5; it bounds nesting at 1000.
struct YAMLEvents: ~Copyable {
    enum Event: Equatable {
        case documentStart
        case documentEnd
        case scalar(String, anchor: String?)
        case alias(String)
        case listStart(anchor: String?)
        case listEnd
        case mapStart(anchor: String?)
        case mapEnd
        case streamStart
        case streamEnd
    }

    struct Failure: Error, Equatable {
        var line: Int
        var problem: String
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    /// - Returns: nil when libyaml has no memory.
    init?(_ bytes: [UInt8]) {
        parser = .allocate(capacity: 1)
        input = .allocate(capacity: max(1, bytes.count))
        _ = input.update(fromContentsOf: bytes)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            input.deallocate()
            return nil
        }
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event and the line it begins on, counted from 1.
    ///
    /// - Throws: `Failure` where the text is not YAML; nothing may be asked for afterwards.
    mutating func next() throws(Failure) -> (event: Event, line: Int) {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else {
            let line = parser.pointee.problem_mark.line
            let problem = parser.pointee.problem.map { String(cString: $0) }
            throw Failure(
                line: Int(clamping: max(line, parser.pointee.mark.line)) + 1,
                problem: problem ?? "it cannot be read"
            )
        }
        defer { yaml_event_delete(&event) }
        let line = Int(clamping: event.start_mark.line) + 1
        switch event.type {
        case YAML_STREAM_START_EVENT: return (.streamStart, line)
        case YAML_DOCUMENT_START_EVENT: return (.documentStart, line)
        case YAML_DOCUMENT_END_EVENT: return (.documentEnd, line)
        case YAML_ALIAS_EVENT: return (.alias(Self.text(event.data.alias.anchor) ?? ""), line)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: Int(scalar.length))
            return (
                .scalar(String(decoding: bytes, as: UTF8.self), anchor: Self.text(scalar.anchor)),
                line
            )
        case YAML_SEQUENCE_START_EVENT:
            return (.listStart(anchor: Self.text(event.data.sequence_start.anchor)), line)
        case YAML_SEQUENCE_END_EVENT: return (.listEnd, line)
        case YAML_MAPPING_START_EVENT:
            return (.mapStart(anchor: Self.text(event.data.mapping_start.anchor)), line)
        case YAML_MAPPING_END_EVENT: return (.mapEnd, line)
        default: return (.streamEnd, line)
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: UnsafePointer($0)) }
    }
}
