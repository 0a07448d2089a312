import Glibc
import IOEngines
import Units

/// A Linux kernel with its modules, to boot a guest with.
package struct GuestKernel: Sendable, Equatable {
    /// The image, such as /boot/vmlinuz-6.1.0-13-amd64.
    package let image: String
    /// The directory of its modules.
    package let modules: String

    /// Finds the kernel that was named, or one that is installed: this machine's own, else the newest.
    ///
    /// - Parameter path: an image; its modules stand in lib/modules beside its directory.
    /// - Returns: the kernel; its modules are there, whichever they are.
    /// - Throws: `VirtualDiskError`, 66, naming what is missing.
    package static func find(_ path: String?) throws(VirtualDiskError) -> GuestKernel {
        if let path { return try kernel(at: path) }
        var name = utsname()
        uname(&name)
        let running = withUnsafeBytes(of: &name.release) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        let installed = names(in: "/boot").filter { $0.hasPrefix("vmlinuz-") }.sorted()
        let wanted = ["vmlinuz-\(running)"] + installed.reversed()
        for name in wanted where access("/boot/\(name)", R_OK) == 0 {
            if let kernel = try? kernel(at: "/boot/\(name)") { return kernel }
        }
        throw VirtualDiskError(
            operation: "find a kernel",
            subject: "/boot",
            reason: "no kernel with its modules is installed in /boot",
            hint: "apt-get install linux-image-cloud-amd64, or name one: --kernel /boot/vmlinuz-…",
            exitCode: .missing
        )
    }

    private static func kernel(at path: String) throws(VirtualDiskError) -> GuestKernel {
        guard access(path, R_OK) == 0 else {
            throw VirtualDiskError(
                operation: "find a kernel",
                subject: path,
                reason: "the kernel \(path) cannot be read",
                exitCode: .missing
            )
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let name = parts.last.map(String.init) ?? ""
        let version = name.hasPrefix("vmlinuz-") ? String(name.dropFirst(8)) : name
        let parent = parts.dropLast(2).joined(separator: "/")
        for root in ["\(parent)/lib/modules", "/lib/modules", "/usr/lib/modules"] {
            let directory = "\(root)/\(version)"
            if access("\(directory)/modules.dep", R_OK) == 0 {
                return GuestKernel(image: path, modules: directory)
            }
        }
        throw VirtualDiskError(
            operation: "find a kernel",
            subject: path,
            reason: "the modules of \(path) are not in \(parent)/lib/modules/\(version)",
            hint: "depmod makes the modules.dep that is looked for there",
            exitCode: .missing
        )
    }

    /// The modules that these need, in the order to load them, as paths of files; built-in ones are left out.
    ///
    /// - Parameter names: such as "virtio_blk".
    /// - Returns: files, dependencies first, each once.
    /// - Throws: `VirtualDiskError`, 69, naming a module that this kernel does not have.
    /// - Source: modules.dep(5), modules.builtin.
    func files(for names: [String]) throws(VirtualDiskError) -> [String] {
        let table = ModuleTable(
            dependencies: Self.text("\(modules)/modules.dep"),
            builtin: Self.text("\(modules)/modules.builtin")
        )
        var files: [String] = []
        for name in names {
            guard let needed = table.order(for: name) else {
                throw VirtualDiskError(
                    operation: "prepare a guest",
                    subject: image,
                    reason: "the kernel \(image) has no module \(name)",
                    hint: "choose another with --kernel, or another --controller",
                    exitCode: .unavailable
                )
            }
            for file in needed where !files.contains(file) { files.append(file) }
        }
        return files.map { $0.hasPrefix("/") ? $0 : "\(modules)/\($0)" }
    }

    /// Whether it has a module or has it built in.
    func has(_ name: String) -> Bool { (try? files(for: [name])) != nil }

    private static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
            )
        }
        return names
    }

    private static func text(_ path: String) -> String {
        SmallFile.text(path, atMost: 16 << 20) ?? ""
    }
}

/// Which kernel module needs which; pure.
struct ModuleTable: Equatable {
    /// A module's file and the files it needs, by the module's name.
    private var entries: [String: (file: String, needs: [String])] = [:]
    private var builtin: Set<String> = []

    static func == (one: ModuleTable, other: ModuleTable) -> Bool {
        one.builtin == other.builtin && one.entries.keys == other.entries.keys
    }

    init(dependencies: String, builtin text: String) {
        for line in dependencies.split(separator: "\n") {
            let halves = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2 else { continue }
            let file = String(halves[0])
            entries[Self.name(file)] = (file, halves[1].split(separator: " ").map(String.init))
        }
        builtin = Set(text.split(separator: "\n").map { Self.name(String($0)) })
    }

    /// "kernel/drivers/block/virtio_blk.ko.xz" is virtio_blk; dashes in file names are underscores in modules.
    static func name(_ file: String) -> String {
        let last = file.split(separator: "/").last.map(String.init) ?? file
        let stem = last.split(separator: ".").first.map(String.init) ?? last
        return String(stem.map { $0 == "-" ? "_" : $0 })
    }

    /// Files to load, dependencies first; empty for a built-in module, nil for an unknown one.
    func order(for name: String) -> [String]? {
        if builtin.contains(name) { return [] }
        guard entries[name] != nil else { return nil }
        var files: [String] = []
        var visited: Set<String> = []
        visit(name, &files, &visited)
        return files
    }

    /// A module.dep that runs in circles ends where it began.
    private func visit(_ name: String, _ files: inout [String], _ visited: inout Set<String>) {
        guard visited.insert(name).inserted, let entry = entries[name] else { return }
        for needed in entry.needs { visit(Self.name(needed), &files, &visited) }
        files.append(entry.file)
    }
}
