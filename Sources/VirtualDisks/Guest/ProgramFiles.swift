import Glibc
import Units

/// This very program as files of a guest: itself, and the libraries it is linked with where it is not static.
enum ProgramFiles {
    /// The path of this program.
    static let executable = "/proc/self/exe"

    /// Libraries and the loader, by the paths the program looks for them; empty for a static program.
    ///
    /// - Throws: `VirtualDiskError` when the loader does not say.
    /// - Source: ld.so(8), --list; elf(5), PT_INTERP.
    static func libraries() throws(VirtualDiskError) -> [String] {
        guard let interpreter = interpreter(of: executable) else { return [] }
        let text = try QemuTools.run(interpreter, ["--list", realExecutable()])
        return [interpreter] + paths(inList: text).filter { $0 != interpreter }
    }

    /// The loader does not follow /proc/self/exe to the program's own directory, where it may look for libraries.
    private static func realExecutable() -> String {
        guard let resolved = realpath(executable, nil) else { return executable }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The paths in lines such as "libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f…)".
    static func paths(inList text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            if let arrow = words.firstIndex(of: "=>"), arrow + 1 < words.count,
                words[arrow + 1].hasPrefix("/")
            {
                return String(words[arrow + 1])
            }
            return words.first.flatMap { $0.hasPrefix("/") ? String($0) : nil }
        }
    }

    /// The loader that a 64-bit little-endian ELF program names; nil for a static one.
    private static func interpreter(of path: String) -> String? {
        guard let head = SmallFile.bytes(path, from: 0, atMost: 4096), head.count >= 64,
            head.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
        else { return nil }
        func number(_ offset: Int, _ count: Int) -> Int {
            guard offset + count <= head.count else { return 0 }
            return (0..<count).reduce(0) { $0 | Int(head[offset + $1]) << (8 * $1) }
        }
        let (table, size, entries) = (number(32, 6), number(54, 2), number(56, 2))
        for index in 0..<min(entries, 64) {
            let entry = table + index * size
            // PT_INTERP is 3; p_offset and p_filesz stand at 8 and 32.
            guard number(entry, 4) == 3 else { continue }
            let (offset, count) = (number(entry + 8, 6), number(entry + 32, 4))
            guard let name = SmallFile.bytes(path, from: Int64(offset), atMost: min(count, 4096))
            else { return nil }
            return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        }
        return nil
    }
}
