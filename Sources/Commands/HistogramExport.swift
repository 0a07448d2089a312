import Foundation
import Reporting
import ResultStore
import Units
import Workloads

/// `--histograms DIRECTORY`: every histogram of a run for the tools of HdrHistogram.
enum HistogramExport {
    /// Writes one log of all rounds, and the percentiles of each job and operation.
    ///
    /// New files in a directory of the run's own name; nothing that exists is replaced.
    /// - Returns: that directory.
    /// - Throws: `ResultStoreError` or `HistogramExportError`.
    static func write(_ record: ResultRecord, into directory: String) throws(CommandError) -> String
    {
        let folder = "\(directory)/\(ResultFiles.baseName(of: record))"
        do {
            for file in try HistogramFiles.files(of: record, startMilliseconds: start(of: record)) {
                try ResultFiles.writeNew(Data(file.text.utf8), at: "\(folder)/\(file.name)")
            }
        } catch let error as any DescribedError {
            throw CommandError(error)
        } catch {
            throw CommandError(
                operation: "write histograms",
                subject: folder,
                reason: "cannot write histograms below \(folder): \(error)",
                hint: "name a directory that exists and can be written to",
                exitCode: .failure
            )
        }
        return folder
    }

    /// When the run began, in milliseconds since 1970; 0 where the record does not say.
    private static func start(of record: ResultRecord) -> Int64 {
        let date = try? Date(record.run.started, strategy: .iso8601)
        return Int64(((date?.timeIntervalSince1970 ?? 0) * 1000).rounded())
    }
}

extension FioReport {
    /// A run of jobs in fio's terms.
    ///
    /// - Parameters:
    ///   - record: with phases of kind "job", in the order of the profile.
    ///   - profile: whose jobs they are; its phases are fio's groups.
    init(_ record: ResultRecord, _ profile: Profile?) {
        let measured = record.phases.filter { $0.kind == "job" }
        var jobs: [FioJobSummary] = []
        for (group, phase) in (profile?.phases ?? []).enumerated() {
            for job in phase.jobs {
                guard let found = measured.first(where: { $0.name == job.name }) else { continue }
                jobs.append(
                    FioJobSummary(found, options: job.fioOptions, groupID: UInt64(group))
                )
            }
        }
        let date = try? Date(record.run.started, strategy: .iso8601)
        let began = (date?.timeIntervalSince1970 ?? 0) * 1000
        self.init(
            version: "tbench-\(Version.number)",
            timestampMilliseconds: Int64(began + Double(record.run.durationNs) / 1e6),
            jobs: jobs
        )
        globalOptions = [("filename", record.target.path)]
    }
}
