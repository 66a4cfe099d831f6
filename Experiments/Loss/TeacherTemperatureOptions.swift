import ArgumentParser
import Contrastive

/// A teacher's temperature, of losses in which it may be the student's.
struct TeacherTemperatureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "T′, by which the teacher's numbers are divided; without it T.", valueName: "t"))
  var teacherTemperature: Double?

  var temperature: Temperature? {
    get throws {
      guard let teacherTemperature else { return nil }
      do {
        return try Temperature(teacherTemperature)
      } catch {
        throw error.of("--teacher-temperature")
      }
    }
  }
}
