import CLinuxShims
import Glibc

/// What the kernel says about network interfaces by system call; replaced in tests.
package struct InterfaceCalls: Sendable {
    /// Names with each of their numeric addresses.
    var addresses: @Sendable () -> [(name: String, address: String)]
    /// The driver of ETHTOOL_GDRVINFO.
    var driver: @Sendable (_ name: String) -> String?
    /// The answer to an ethtool command that asks for one number.
    var value: @Sendable (_ name: String, _ command: UInt32) -> UInt32?
    /// SIOCGIFMTU.
    var mtu: @Sendable (_ name: String) -> UInt64?

    /// This machine, as the calling thread's network namespace shows it.
    package static let live = InterfaceCalls(
        addresses: liveAddresses,
        driver: { name in
            withSocket { socket in
                var text = [CChar](repeating: 0, count: 32)
                guard tbench_ethtool_driver(socket, name, &text) == 0 else { return nil }
                let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
                let driver = SystemText.printable(String(decoding: bytes, as: UTF8.self))
                return driver.isEmpty ? nil : driver
            }
        },
        value: { name, command in
            withSocket { socket in
                var value: UInt32 = 0
                return tbench_ethtool_value(socket, name, command, &value) == 0 ? value : nil
            }
        },
        mtu: { name in
            withSocket { socket in
                var value: Int32 = 0
                guard tbench_interface_mtu(socket, name, &value) == 0, value > 0 else { return nil }
                return UInt64(value)
            }
        }
    )

    /// A machine of which only files are known.
    static let none = InterfaceCalls(
        addresses: { [] },
        driver: { _ in nil },
        value: { _, _ in nil },
        mtu: { _ in nil }
    )

    /// - Source: getifaddrs(3).
    @Sendable
    private static func liveAddresses() -> [(name: String, address: String)] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: [(name: String, address: String)] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            guard let address = entry.ifa_addr, let text = numeric(address) else { continue }
            found.append((String(cString: entry.ifa_name), text))
        }
        return found
    }

    /// Nil for anything but an IP address.
    private static func numeric(_ address: UnsafeMutablePointer<sockaddr>) -> String? {
        let length: Int
        switch Int32(address.pointee.sa_family) {
        case AF_INET: length = MemoryLayout<sockaddr_in>.size
        case AF_INET6: length = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let code = getnameinfo(
            address,
            socklen_t(length),
            &host,
            socklen_t(host.count),
            nil,
            0,
            NI_NUMERICHOST
        )
        guard code == 0 else { return nil }
        let bytes = host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func withSocket<Value>(_ body: (Int32) -> Value?) -> Value? {
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        var number = socket(AF_INET, type, 0)
        if number < 0 { number = socket(AF_INET6, type, 0) }
        guard number >= 0 else { return nil }
        defer { close(number) }
        return body(number)
    }
}
