import Units
import Testing

@testable import Inspection

@Suite("YAML") struct YAMLTests {
    private func talos(_ text: String) throws -> TalosConfig {
        try TalosConfig(Array(text.utf8), file: "t.yaml")
    }

    @Test("secrets have no place in what is kept")
    func secrets() throws {
        let text = """
            version: v1alpha1
            machine:
              type: controlplane
              token: SECRET-machine-token
              ca:
                crt: SECRET-ca-crt
                key: SECRET-ca-key
              registries:
                config:
                  example.org:
                    auth: {username: SECRET-user, password: SECRET-password}
              systemDiskEncryption:
                state: {keys: [{static: {passphrase: SECRET-phrase}, slot: 0}]}
              files: [{content: SECRET-file, path: /var/x}]
              env: {TOKEN: SECRET-env}
              install: {disk: /dev/sda, image: "ghcr.io/siderolabs/installer:v1.11.0"}
              futureSecret: {key: SECRET-future}
            cluster:
              id: SECRET-id
              secret: SECRET-cluster
              token: SECRET-bootstrap
              aescbcEncryptionSecret: SECRET-aes
              secretboxEncryptionSecret: SECRET-box
              aggregatorCA: {crt: SECRET-agg, key: SECRET-agg-key}
              serviceAccount: {key: SECRET-sa}
              etcd: {ca: {crt: SECRET-etcd, key: SECRET-etcd-key}}
              inlineManifests: [{name: a, contents: SECRET-manifest}]
              extraManifestHeaders: {Token: SECRET-header}
            ---
            apiVersion: v1alpha1
            kind: RegistryAuthConfig
            name: example.org
            password: SECRET-registry
            ---
            apiVersion: v1alpha1
            kind: SomethingNew
            name: a
            key: SECRET-new
            """
        let config = try talos(text)
        #expect(config.type == .controlPlane)
        var evidence = try Given().evidence()
        evidence.talos = [config]
        let diagnosis = Diagnosis(evidence)
        #expect(diagnosis.findings.contains { $0.rule.id == "TALOS-KEY-UNKNOWN" })
        for shown in [
            "\(config)", String(reflecting: config), "\(diagnosis.findings.map(\.observation))",
        ] {
            #expect(!shown.contains("SECRET"))
        }
    }

    @Test("a value stays hidden also where an alias shows it elsewhere")
    func hiddenAlias() throws {
        let config = try talos(
            "machine:\n  token: &t SECRET-token\n  type: worker\n  install:\n    disk: *t\n"
        )
        #expect(!String(reflecting: config).contains("SECRET"))
    }

    @Test("an expansion of aliases is bounded")
    func bomb() {
        var text = "machine:\n  sysctls:\n    a: x\n  nodeLabels: &a0\n    k: v\n"
        text = "machine:\n  kernel:\n    modules: &a0 [{name: x}, {name: y}]\n"
        text +=
            "  disks: &b0 [{device: a},{device: b},{device: c},{device: d},{device: e},{device: f},{device: g},{device: h},{device: i}]\n"
        text += "  kubelet:\n    extraMounts: [*b0,*b0,*b0,*b0,*b0,*b0,*b0,*b0,*b0]\n"
        var lol = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        for level in 1...9 {
            let alias = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
            lol += "a\(level): &a\(level) [\(alias)]\n"
        }
        #expect(throws: Never.self) { try talos(text) }
        let keeps = Shape.dictionary(
            .list(.list(.list(.list(.list(.list(.list(.list(.list(.list(.scalar))))))))))
        )
        let error = #expect(throws: InspectionError.self) {
            try YAMLReader.read(Array(lol.utf8), file: "bomb.yaml", what: "test") { _ in keeps }
        }
        #expect(error?.reason.contains("expands") == true)
    }

    @Test("merge keys mean the keys themselves")
    func mergeKeys() throws {
        let text = "base: &b {x: 1, y: 2}\nall:\n  y: 3\n  <<: *b\n"
        let shape = Shape.map(["base": .dictionary(.scalar), "all": .dictionary(.scalar)])
        let documents = try YAMLReader.read(Array(text.utf8), file: "m.yaml", what: "test") { _ in
            shape
        }
        let all = try #require(documents.first?.root["all"])
        #expect(all["x"]?.number == 1)
        #expect(all["y"]?.number == 3)
    }

    @Test(
        "what is not YAML, or not Talos, is one clear error",
        arguments: [
            "machine:\n\ttype: worker\n", "machine: [\n", "{{ .Values.x }}\n", "a: b\n",
            "- op: add\n  path: /machine\n",
            "", "---\n---\n", "machine: \"\u{0}\"\n",
        ]
    )
    func errors(text: String) {
        let error = #expect(throws: InspectionError.self) { try talos(text) }
        #expect(error?.reason.contains("t.yaml") == true)
        #expect(error?.exitCode == .usage)
    }

    @Test("lines of ten megabytes are read, and more than 16 MiB refused")
    func longLines() throws {
        let long = String(repeating: "x", count: 10 << 20)
        let config = try talos("machine:\n  type: worker\n  env:\n    A: \(long)\n")
        #expect(config.type == .worker)
        #expect(throws: InspectionError.self) {
            try TalosConfig([UInt8](repeating: 0x61, count: (16 << 20) + 1), file: "t.yaml")
        }
    }

    @Test("deep nesting ends in an error, not in the stack")
    func deep() {
        #expect(throws: InspectionError.self) {
            try talos("machine: " + String(repeating: "[", count: 20_000))
        }
    }

    @Test("Windows line ends change nothing")
    func carriageReturns() throws {
        let config = try talos(
            "machine:\r\n  type: worker\r\n  install:\r\n    image: a:v1.10.2\r\n    disk: /dev/sda\r\n"
        )
        #expect(config.type == .worker)
        #expect(config.version == [1, 10, 2])
    }

    @Test("survives anything")
    func fuzz() throws {
        var seed: UInt64 = 42
        func next(_ bound: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((seed >> 33) % UInt64(bound))
        }
        let texts = PublishedConfigurations.all.flatMap {
            $0.given.talos + [$0.given.longhorn ?? ""]
        }
        .filter { !$0.isEmpty }
        let spice = Array(":-[]{}&*!|>'\"%@`#,?\n \t\u{1}\u{FF}<".utf8)
        for round in 0..<300 {
            var bytes = Array(texts[round % texts.count].utf8)
            for _ in 0...next(6) {
                let at = next(bytes.count)
                if next(2) == 0 {
                    bytes[at] = spice[next(spice.count)]
                } else {
                    bytes.insert(spice[next(spice.count)], at: at)
                }
            }
            var evidence = try Given().evidence()
            evidence.talos = (try? TalosConfig(bytes, file: "t.yaml")).map { [$0] } ?? []
            evidence.longhorn = try? LonghornValues(bytes, file: "v.yaml")
            evidence.roles = [.workerV1, .workerV2]
            let diagnosis = Diagnosis(evidence)
            _ = TalosPatch.combined(diagnosis.findings, file: "t.yaml")?.rendered
        }
    }
}
