import Foundation

/// Just enough of JSON Schema 2020-12 to check our own records.
///
/// Knows type, const, enum, required, properties, additionalProperties, items, minItems, maxItems,
/// minimum, maximum and $ref into $defs; any other keyword is an error, so none is silently ignored.
struct SchemaValidator {
    private let root: [String: Any]

    init(json: String) throws {
        let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
        guard let object = value as? [String: Any] else { throw Malformed() }
        root = object
    }

    struct Malformed: Error {}

    /// What is wrong with `data`; empty when it is valid.
    ///
    /// With `closed`, keys that the schema does not describe are wrong too.
    func problems(in data: Data, closed: Bool) throws -> [String] {
        let value = try JSONSerialization.jsonObject(with: data)
        return check(value, root, "$", closed)
    }

    private static let known: Set<String> = [
        "$schema", "$id", "$defs", "$ref", "title", "description", "type", "const", "enum",
        "required", "properties", "additionalProperties", "items", "minItems", "maxItems",
        "minimum", "maximum",
    ]

    private func check(
        _ value: Any,
        _ schema: [String: Any],
        _ place: String,
        _ closed: Bool
    ) -> [String] {
        var found = schema.keys.filter { !Self.known.contains($0) }.map {
            "\(place): unknown keyword \($0)"
        }
        if let reference = schema["$ref"] as? String {
            let name = String(reference.dropFirst("#/$defs/".count))
            guard let target = (root["$defs"] as? [String: Any])?[name] as? [String: Any] else {
                return found + ["\(place): dangling \(reference)"]
            }
            found += check(value, target, place, closed)
        }
        if let type = schema["type"] as? String, !Self.matches(value, type) {
            found.append("\(place): not \(type)")
        }
        if let constant = schema["const"], !Self.equal(constant, value) {
            found.append("\(place): not \(constant)")
        }
        if let choices = schema["enum"] as? [String], !choices.contains(value as? String ?? "") {
            found.append("\(place): not one of \(choices)")
        }
        if let object = value as? [String: Any] {
            found += checkObject(object, schema, place, closed)
        }
        if let array = value as? [Any] {
            if let least = schema["minItems"] as? Int, array.count < least {
                found.append("\(place): too short")
            }
            if let most = schema["maxItems"] as? Int, array.count > most {
                found.append("\(place): too long")
            }
            if let items = schema["items"] as? [String: Any] {
                for (index, element) in array.enumerated() {
                    found += check(element, items, "\(place)[\(index)]", closed)
                }
            }
        }
        if let number = value as? NSNumber {
            if let least = schema["minimum"] as? Double, number.doubleValue < least {
                found.append("\(place): too small")
            }
            if let most = schema["maximum"] as? Double, number.doubleValue > most {
                found.append("\(place): too large")
            }
        }
        return found
    }

    private func checkObject(
        _ object: [String: Any],
        _ schema: [String: Any],
        _ place: String,
        _ closed: Bool
    ) -> [String] {
        var found = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map {
            "\(place): \($0) is missing"
        }
        let properties = schema["properties"] as? [String: Any]
        let additional = schema["additionalProperties"] as? [String: Any]
        for (key, child) in object {
            if let known = properties?[key] as? [String: Any] ?? additional {
                found += check(child, known, "\(place).\(key)", closed)
            } else if closed, properties != nil {
                found.append("\(place).\(key): not described")
            }
        }
        return found
    }

    private static func matches(_ value: Any, _ type: String) -> Bool {
        switch type {
        case "object": return value is [String: Any]
        case "array": return value is [Any]
        case "string": return value is String
        case "boolean": return isBoolean(value)
        case "number": return value is NSNumber && !isBoolean(value)
        case "integer":
            guard let number = value as? NSNumber, !isBoolean(value) else { return false }
            return number.doubleValue == number.doubleValue.rounded()
        default: return false
        }
    }

    private static func isBoolean(_ value: Any) -> Bool {
        guard let number = value as? NSNumber else { return value is Bool }
        // JSONSerialization gives booleans and numbers one class; their encodings differ.
        return String(cString: number.objCType) == "c"
    }

    private static func equal(_ left: Any, _ right: Any) -> Bool {
        if let left = left as? String { return left == right as? String }
        if let left = left as? NSNumber { return left == right as? NSNumber }
        return false
    }
}
