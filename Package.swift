// swift-tools-version: 6.2
import PackageDescription

// Every import points to a lower row of this list; CI builds with
// `--explicit-target-dependency-import-check error`, so the graph is checked, not remembered.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        exclude: ["README.md"],
        swiftSettings: settings
    )
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "tbench",
    products: [.executable(name: "tbench", targets: ["tbench"])],
    targets: [
        .executableTarget(name: "tbench", dependencies: ["Commands"], swiftSettings: settings),
        module(
            "Commands",
            [
                "ArgumentTable", "Reporting", "Orchestration", "Regression", "Rating", "Modeling",
                "Inspection", "VirtualDisks", "Replication", "Benchmarking", "HostFacts",
                "TargetSafety", "ResultStore", "IOEngines", "Workloads", "Statistics", "Units",
                "CLinuxShims",
            ]
        ),
        module("ArgumentTable", ["Units"]),
        module(
            "Reporting",
            [
                "CZlib", "Regression", "Modeling", "Inspection", "Orchestration", "ResultStore",
                "Workloads", "Statistics", "Units",
            ]
        ),
        module("Orchestration", ["CZlib", "ResultStore", "Statistics", "Units"]),
        module("Rating", ["ResultStore", "Workloads", "Statistics", "Units"]),
        module("Regression", ["ResultStore", "Statistics", "Units"]),
        module("Modeling", ["ResultStore", "Statistics", "Units"]),
        module("Inspection", ["CLibYAML", "ResultStore", "Units"]),
        module(
            "Replication",
            [
                "CLibSodium", "CLinuxShims", "Benchmarking", "HostFacts", "TargetSafety",
                "ResultStore", "IOEngines", "Workloads", "Statistics", "Units",
            ]
        ),
        module(
            "VirtualDisks",
            [
                "CLinuxShims", "Benchmarking", "HostFacts", "TargetSafety", "ResultStore",
                "IOEngines", "Workloads", "Statistics", "Units",
            ]
        ),
        module(
            "Benchmarking",
            [
                "CLibSodium", "HostFacts", "TargetSafety", "ResultStore", "IOEngines", "Workloads",
                "Statistics", "Units",
            ]
        ),
        module(
            "HostFacts",
            ["CLinuxShims", "CZlib", "ResultStore", "IOEngines", "Statistics", "Units"]
        ),
        module("TargetSafety", ["CLibBlkid", "CLinuxShims", "IOEngines", "Units"]),
        module("ResultStore", ["Statistics", "Units"]),
        module(
            "IOEngines",
            ["CLibURing", "CLibAIO", "CLinuxShims", "Statistics", "Units"]
        ),
        module("Workloads", ["Statistics", "Units"]),
        module("Statistics", ["Units"]),
        // Pure code calls floor() and log(); nothing else in the graph is sure to link libm.
        .target(
            name: "Units",
            exclude: ["README.md"],
            swiftSettings: settings,
            linkerSettings: [.linkedLibrary("m")]
        ),
        .systemLibrary(name: "CLibURing", providers: [.apt(["liburing-dev"])]),
        .systemLibrary(name: "CLibAIO", providers: [.apt(["libaio-dev"])]),
        .systemLibrary(name: "CLibBlkid", providers: [.apt(["libblkid-dev"])]),
        .systemLibrary(name: "CLibSodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CLibYAML", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CLinuxShims"),
        // Shared by the test targets: traits with a reason, loop devices, temporary directories.
        .target(
            name: "TestSupport",
            dependencies: ["Units"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        // Simulations for scripts/validate-regression; no part of what is shipped.
        .executableTarget(
            name: "RegressionProbe",
            dependencies: ["Statistics"],
            path: "Tests/RegressionProbe",
            swiftSettings: settings
        ),
        tests("UnitsTests", ["Units"]),
        .testTarget(
            name: "StatisticsTests",
            dependencies: ["Statistics", "Units"],
            exclude: ["Reference"],
            swiftSettings: settings
        ),
        tests("WorkloadsTests", ["Workloads", "Statistics", "Units"]),
        tests("IOEnginesTests", ["IOEngines", "Statistics", "Units", "TestSupport"]),
        tests("ResultStoreTests", ["ResultStore", "Statistics", "Units", "TestSupport"]),
        tests("TargetSafetyTests", ["TargetSafety", "IOEngines", "Units", "TestSupport"]),
        tests("HostFactsTests", ["HostFacts", "ResultStore", "Units", "TestSupport"]),
        tests(
            "BenchmarkingTests",
            [
                "Benchmarking", "HostFacts", "ResultStore", "IOEngines", "Workloads", "Statistics",
                "Units", "TestSupport",
            ]
        ),
        tests(
            "ReplicationTests",
            [
                "Replication", "Benchmarking", "ResultStore", "IOEngines", "Statistics", "Units",
                "TestSupport",
            ]
        ),
        tests(
            "VirtualDisksTests",
            [
                "VirtualDisks", "Benchmarking", "ResultStore", "IOEngines", "Workloads",
                "Statistics", "Units", "TestSupport",
            ]
        ),
        tests("ModelingTests", ["Modeling", "ResultStore", "Statistics", "Units", "TestSupport"]),
        tests(
            "RegressionTests",
            ["Regression", "ResultStore", "Statistics", "Units", "TestSupport"]
        ),
        tests("InspectionTests", ["Inspection", "ResultStore", "Units", "TestSupport"]),
        tests("RatingTests", ["Rating", "ResultStore", "Workloads", "Statistics", "Units"]),
        .testTarget(
            name: "ReportingTests",
            dependencies: [
                "Reporting", "Regression", "Modeling", "Inspection", "Orchestration",
                "ResultStore", "Statistics", "Units", "TestSupport",
            ],
            exclude: ["Golden"],
            swiftSettings: settings
        ),
        tests("OrchestrationTests", ["Orchestration", "ResultStore", "Statistics", "Units"]),
        tests("ArgumentTableTests", ["ArgumentTable", "Units"]),
        tests(
            "CommandsTests",
            ["Commands", "ArgumentTable", "ResultStore", "Inspection", "Units", "TestSupport"]
        ),
        // Runs the built binary as a user would: golden output, loop devices, signals, faults.
        tests("EndToEndTests", ["tbench", "TestSupport", "ResultStore", "Statistics", "Units"]),
    ]
)

// Modules with threads, raw memory or C, and what they import. The sanitizers would see nothing in
// the others, so `TBENCH_SANITIZED=1` leaves those out of the two instrumented builds of scripts/test.
if Context.environment["TBENCH_SANITIZED"] == "1" {
    let sanitized: Set<String> = [
        "Units", "Statistics", "Workloads", "IOEngines", "ResultStore", "TargetSafety",
        "HostFacts", "Benchmarking", "Replication", "CZlib", "CLibURing", "CLibAIO", "CLibBlkid",
        "CLibSodium", "CLinuxShims", "TestSupport", "StatisticsTests", "WorkloadsTests",
        "IOEnginesTests", "TargetSafetyTests", "HostFactsTests", "BenchmarkingTests",
        "ReplicationTests",
    ]
    package.products = []
    package.targets.removeAll { !sanitized.contains($0.name) }
}
