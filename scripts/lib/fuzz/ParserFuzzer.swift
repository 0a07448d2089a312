// The entry of libFuzzer; scripts/fuzz compiles it together with the parsers.
import Glibc

/// "profile" or "fio".
let target = getenv("TBENCH_FUZZ").map { String(cString: $0) } ?? "profile"

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    if target == "fio" {
        do throws(WorkloadError) {
            let file = try FioJobFile(text, path: "f", include: { $0 == "a" ? "bs=4k\n" : nil })
            for job in file.jobs { exercise(job) }
        } catch {
            precondition(!error.description.isEmpty && (error.subject.hasPrefix("f") || error.subject.hasPrefix("a:")))
        }
    } else {
        do throws(WorkloadError) {
            let profile = try Profile(json5: text, path: "f")
            precondition(!profile.phases.isEmpty)
            _ = profile.durationNanoseconds
            for phase in profile.phases { for job in phase.jobs { exercise(job) } }
        } catch {
            precondition(!error.description.isEmpty && (error.subject.hasPrefix("f") || error.subject.hasPrefix("a:")))
        }
    }
    return 0
}

/// What was accepted must also work: offsets and sizes of the job, inside its region.
func exercise(_ job: JobSpec) {
    precondition(job.ioDepth >= 1 && (1...job.ioDepth).contains(job.batch) && job.numJobs >= 1)
    precondition(job.blockCapacity >= job.blockAlignment && job.blockAlignment >= 1)
    var sizes = SizePicker(job.readWrite.reads ? job.readSizes : job.writeSizes, seed: 1)
    let region: Int64 = 1 << 34
    var offsets = OffsetGenerator(
        job.access, regionStart: 0, regionBytes: region, blockBytes: job.blockAlignment, seed: 1)
    for _ in 0..<4 {
        let size = sizes.next()
        let offset = offsets.next(byteCount: size)
        precondition(offset >= 0 && offset + Int64(size) <= region)
    }
}
