import Units

/// The grammars of names in Kubernetes: what passes cannot be anything but a name.
///
/// - Source: RFC 1123 as in k8s.io/apimachinery validation.go; distribution/reference grammar for images.
package enum KubernetesName {
    /// A DNS label: namespaces, services; lower-case letters, digits and '-', at most 63.
    package static func label(_ text: String, _ what: String) throws(ManifestError) -> String {
        guard isLabel(text) else {
            throw .name(
                text,
                what,
                "lower-case letters, digits and '-', beginning and ending with a letter or digit, at most 63"
            )
        }
        return text
    }

    /// A DNS subdomain: nodes, claims, Jobs; labels joined by dots, at most 253 in all.
    package static func subdomain(_ text: String, _ what: String) throws(ManifestError) -> String {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, !parts.isEmpty, parts.allSatisfy({ isLabel(String($0)) })
        else {
            throw .name(
                text,
                what,
                "lower-case letters, digits, '-' and '.', beginning and ending with a letter or digit, at most 253"
            )
        }
        return text
    }

    /// A label's key: an optional prefix and "/", then letters, digits, '-', '_' and '.', at most 63.
    package static func key(_ text: String, _ what: String) throws(ManifestError) -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), isValue(parts[parts.count - 1]),
            !parts[parts.count - 1].isEmpty
        else { throw .name(text, what, "such as 'disk' or 'topology.kubernetes.io/zone'") }
        if parts.count == 2 { _ = try subdomain(parts[0], what) }
        return text
    }

    /// Whether a text can be a label's value: empty, or letters, digits, '-', '_' and '.', at most 63.
    package static func isValue(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last else { return true }
        return bytes.count <= 63 && isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }

    /// An image: registry, path, tag, digest; no blank, no quote, at most 512 characters.
    package static func image(_ text: String) throws(ManifestError) -> String {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 512,
            isAlphanumeric(first), isAlphanumeric(last),
            bytes.allSatisfy({ isAlphanumeric($0) || "._-/:@".utf8.contains($0) })
        else {
            throw .value(
                text,
                "image",
                "such as registry.example/tbench:0.1.0, best with its digest"
            )
        }
        return text
    }

    /// A quantity of memory, storage or CPUs: "500m", "2", "1Gi".
    package static func quantity(_ text: String, _ what: String) throws(ManifestError) -> String {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let suffixes = ["", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti"]
        guard !digits.isEmpty, digits.utf8.count <= 12, digits.contains(where: { $0 != "0" }),
            suffixes.contains(String(text.dropFirst(digits.count)))
        else { throw .value(text, what, "such as 2, 500m or 1Gi") }
        return text
    }

    /// An absolute path without "..", blanks at its ends or control characters.
    package static func path(_ text: String, _ what: String) throws(ManifestError) -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: true)
        guard text.hasPrefix("/"), !parts.isEmpty, text.utf8.count <= 1024,
            !parts.contains(".."), !parts.contains("."), !text.contains(":"),
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { throw .value(text, what, "an absolute path without '..' and ':'") }
        return text
    }

    /// Five fields of digits, '*', '/', ',' and '-', or a name such as @daily.
    package static func schedule(_ text: String) throws(ManifestError) -> String {
        let named = [
            "@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly",
        ]
        if named.contains(text) { return text }
        let fields = text.split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count == 5,
            fields.allSatisfy({ field in
                !field.isEmpty
                    && field.utf8.allSatisfy { isAlphanumeric($0) || "*/,-".utf8.contains($0) }
            })
        else { throw .value(text, "schedule", "five cron fields such as '0 3 * * *', or @daily") }
        return text
    }

    /// A name of at most `limit` characters from a prefix and a node's: dots become dashes, what is too long ends in a hash.
    package static func joined(_ prefix: String, _ node: String, limit: Int = 52) -> String {
        let plain = "\(prefix)-\(node)"
        // A dash for a dot could meet another node's name; then, too, the hash tells them apart.
        if plain.utf8.count <= limit, !node.contains(".") { return plain }
        let hash = SHA256.hex(plain).prefix(8)
        let dashed = String(plain.map { $0 == "." ? "-" : $0 }.prefix(limit - 9))
        let trimmed = dashed.hasSuffix("-") ? String(dashed.dropLast()) : dashed
        return "\(trimmed)-\(hash)"
    }

    private static func isLabel(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        func isLower(_ byte: UInt8) -> Bool {
            isAlphanumeric(byte) && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        }
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else {
            return false
        }
        return isLower(first) && isLower(last)
            && bytes.allSatisfy { isLower($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
