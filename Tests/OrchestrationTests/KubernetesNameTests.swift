import Testing
import Units

@testable import Orchestration

@Suite("Kubernetes' names") struct KubernetesNameTests {
    static let hostile = [
        "", "../x", "a/../b", "A", "a_b", "-a", "a-", "a b", "a\nkind: Pod", "a: b", "é", "a\u{0}",
        "${X}", "`id`",
        String(repeating: "a", count: 254), "a..b", ".a", "a.",
    ]

    @Test("what is no name is refused, without what it could do to a terminal", arguments: hostile)
    func refused(text: String) {
        let errors = [
            #expect(throws: ManifestError.self) { try KubernetesName.label(text, "namespace") },
            #expect(throws: ManifestError.self) { try KubernetesName.subdomain(text, "node name") },
        ]
        for error in errors {
            let words = error?.description ?? "\u{1B}"
            #expect(words.unicodeScalars.allSatisfy { (" "..."~").contains($0) })
            #expect(error?.exitCode == .usage)
        }
    }

    @Test(
        "names that clusters have are taken",
        arguments: ["a", "cp-1", "node1", "ip-10-0-0-1.eu.internal", "0"]
    )
    func taken(text: String) throws {
        #expect(try KubernetesName.subdomain(text, "node") == text)
    }

    @Test(
        "images, sizes, paths and schedules are held to their grammar",
        arguments: [
            ("image", "a b"), ("image", "x\"y"), ("image", ""), ("image", "-x"),
            ("quantity", "1 Gi"),
            ("quantity", "0"), ("quantity", "-1"), ("quantity", "1Zi"),
            ("quantity", "99999999999999"),
            ("path", "/a/../b"), ("path", "a"), ("path", "/"), ("path", "/a:b"), ("path", "/a\nb"),
            ("schedule", "* * * *"), ("schedule", "* * * * * *"), ("schedule", "@often"),
            ("schedule", "a\nb c d e f"),
        ]
    )
    func grammar(kind: String, text: String) {
        #expect(throws: ManifestError.self) {
            switch kind {
            case "image": try KubernetesName.image(text)
            case "quantity": try KubernetesName.quantity(text, "size")
            case "path": try KubernetesName.path(text, "path")
            default: try KubernetesName.schedule(text)
            }
        }
    }

    @Test("a Job's name fits, keeps to the grammar, and differs between nodes that look alike")
    func joined() throws {
        let long = String(repeating: "n", count: 60)
        let nodes = ["a", "a.b", "a-b", long, long + "x", long + "." + long, "a." + long]
        let names = nodes.map { KubernetesName.joined("tbench", $0) }
        #expect(Set(names).count == nodes.count)
        for name in names {
            #expect(name.utf8.count <= 52)
            #expect(try KubernetesName.label(name, "name") == name)
        }
        #expect(names[0] == "tbench-a")
    }
}
