import Testing

@testable import Experiments

@Suite("A reproduction's trainings")
struct ReproductionTrainingTests {
  @Test(
    "count by the seeds that are through at every setting",
    arguments: [
      ([1, 2, 3, 4, 5, 6], [[1, 3, 5], [2, 4, 6]]), ([1, 2, 3, nil, 5, 6], [[1], [2]]),
      ([1, nil, 3, 4, 5, 6], [[], []]), ([1, 2, 3, 4, nil, nil], [[1, 3], [2, 4]]),
    ] as [([Int?], [[Int]])])
  func complete(results: [Int?], expected: [[Int]]) {
    #expect(MoCoReproduction.completeSeeds(among: results, settingCount: 2) == expected)
  }
}
