import CLibURing
import CLinuxShims
import Glibc
import Units

/// The descriptor and the memory that a ring knows by number, and requests written accordingly.
struct IOUringRegistration {
    /// No descriptor has this number; -1 does occur, in requests that are meant to fail.
    private static let nobody = Int32.min

    /// Reads and writes are NOPs.
    var isIdle = false
    private var descriptor = IOUringRegistration.nobody
    private var memoryStart: UInt = 0
    private var memoryBytes: UInt = 0

    /// Registers what it can with a ring.
    ///
    /// - Returns: What the ring now has, and what it does without and why.
    /// - Source: io_uring_register(2).
    mutating func register(
        _ ring: UnsafeMutablePointer<io_uring>,
        descriptor file: Int32,
        memory: UnsafeMutableRawBufferPointer?
    ) -> [String] {
        var features: [String] = []
        var number = file
        var result = io_uring_register_files(ring, &number, 1)
        if result == 0 { descriptor = file }
        features.append(Self.feature("registered-files", result))
        guard let memory else { return features }
        var vector = iovec(iov_base: memory.baseAddress, iov_len: memory.count)
        result = io_uring_register_buffers(ring, &vector, 1)
        if result == 0 {
            memoryStart = UInt(bitPattern: memory.baseAddress)
            memoryBytes = UInt(memory.count)
        }
        features.append(Self.feature("registered-buffers", result))
        return features
    }

    private static func feature(_ name: String, _ result: Int32) -> String {
        if result == 0 { return name }
        let code = 0 &- result
        // ENOMEM here is the limit of locked memory far more often than a lack of memory.
        let cause = code == ENOMEM ? "ENOMEM: ulimit -l" : ErrnoName.of(code)
        return "without \(name) (\(cause))"
    }

    /// Writes a request into a submission entry.
    @inline(__always)
    func prepare(_ entry: UnsafeMutablePointer<io_uring_sqe>, _ request: IORequest) {
        if isIdle {
            io_uring_prep_nop(entry)
            entry.pointee.len = UInt32(clamping: request.byteCount)
            entry.pointee.rw_flags = Int32(tbench_IORING_NOP_INJECT_RESULT)
            io_uring_sqe_set_data64(entry, UInt64(request.slot))
            return
        }
        let isFixed = request.fileDescriptor == descriptor
        let file = isFixed ? 0 : request.fileDescriptor
        var flags: UInt32 = isFixed ? tbench_IOSQE_FIXED_FILE : 0
        if request.linksNext { flags |= tbench_IOSQE_IO_LINK }
        // Longer than the ring can say: it moves what it can, and the result tells.
        let byteCount = UInt32(clamping: request.byteCount)
        let offset = UInt64(bitPattern: request.offset)
        switch request.operation {
        case .read:
            io_uring_prep_read(entry, file, request.buffer, byteCount, offset)
            if holds(request) { entry.pointee.opcode = UInt8(IORING_OP_READ_FIXED.rawValue) }
        case .write:
            io_uring_prep_write(entry, file, request.buffer, byteCount, offset)
            if holds(request) { entry.pointee.opcode = UInt8(IORING_OP_WRITE_FIXED.rawValue) }
        case .fdatasync:
            io_uring_prep_fsync(entry, file, tbench_IORING_FSYNC_DATASYNC)
        case .fsync:
            io_uring_prep_fsync(entry, file, 0)
        }
        // The index of the registered memory is 0, which is what an unused field holds.
        io_uring_sqe_set_flags(entry, flags)
        io_uring_sqe_set_data64(entry, UInt64(request.slot))
    }

    /// Whether the request's data lies in the registered memory.
    @inline(__always)
    private func holds(_ request: IORequest) -> Bool {
        // A buffer elsewhere wraps to something large.
        let start = UInt(bitPattern: request.buffer) &- memoryStart
        let byteCount = UInt(bitPattern: request.byteCount)
        // Nothing at all lies nowhere: 0 - 1 is larger than any memory.
        return byteCount &- 1 < memoryBytes && start <= memoryBytes &- byteCount
    }
}

extension IOUringEngine {
    package mutating func register(descriptor: Int32, memory: UnsafeMutableRawBufferPointer?) {
        features += registration.register(ring, descriptor: descriptor, memory: memory)
    }
}
