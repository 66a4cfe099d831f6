#if MPI
  import CMPI
  public import ContrastiveEmbeddings
  import Synchronization

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #else
    import Darwin
  #endif

  /// The ranks of an MPI program.
  ///
  /// ```swift
  /// let group = try MPIGroup()
  /// defer { MPIGroup.end() }
  /// let step = try loss.valueWithGradient(
  ///   images: images, texts: texts, across: group)
  /// ```
  /// Starts MPI unless the program has, for calls from the thread that starts it (`MPI_THREAD_FUNNELED`): a loss's own threads never
  /// call it. Calls from another thread throw. Messages are those of a communicator of the group's own, apart from the
  /// program's.
  public final class MPIGroup: RankGroup {
    public let rank: Int
    public let count: Int
    public let limit: Duration
    private let communicator: CInt
    private let state = Mutex(State())

    private struct State {
      var traffic = RankTraffic()
      var failure: ContrastiveError?
    }

    public var traffic: RankTraffic { state.withLock { $0.traffic } }

    /// The ranks of `MPI_COMM_WORLD`, or of a communicator.
    ///
    /// - Parameters:
    ///   - communicator: `MPI_Comm_c2f` of it; `nil` for all ranks. All of its ranks call this.
    ///   - limit: How long a rank may be silent.
    /// - Throws: `ContrastiveError` if MPI does not start, allows no threads at all, or fails.
    public init(
      communicator: Int32? = nil, limit: Duration = .seconds(300)
    ) throws(ContrastiveError) {
      var (startedHere, isThreaded) = (CInt(0), CInt(0))
      try unsafe check(contrastive_mpi_start(&startedHere, &isThreaded), "MPI_Init_thread")
      if startedHere != 0 { Self.startedHere.store(true, ordering: .relaxed) }
      guard isThreaded != 0 else {
        throw .mpi("MPI_THREAD_SINGLE", requirement: "MPI_THREAD_FUNNELED at least")
      }
      guard contrastive_mpi_is_main_thread() != 0 else { throw .otherThread }
      var (copy, rank, count) = (CInt(0), CInt(0), CInt(0))
      try unsafe check(
        contrastive_mpi_duplicate(communicator ?? contrastive_mpi_world(), &copy), "MPI_Comm_dup")
      try unsafe check(contrastive_mpi_size(copy, &rank, &count), "MPI_Comm_size")
      (self.rank, self.count, self.limit) = (Int(rank), Int(count), limit)
      self.communicator = copy
    }

    /// Whether MPI was started here and not by the program.
    private static let startedHere = Atomic(false)

    /// Ends MPI, if it was started here and is not over: all ranks call it when they are done.
    public static func end() {
      guard startedHere.load(ordering: .relaxed), contrastive_mpi_is_over() == 0 else { return }
      _ = contrastive_mpi_finalize()
    }

    /// Ends all ranks' processes at once, this one too, with a status.
    public func abort(status: Int32) { contrastive_mpi_abort(communicator, status) }

    public func exchange(
      _ message: RankMessage?, to receiver: Int, receiving incoming: RankMessage?, from sender: Int
    ) throws(ContrastiveError) -> any RankExchange {
      if let failure = state.withLock({ $0.failure }) { throw failure }
      guard contrastive_mpi_is_main_thread() != 0 else { throw .otherThread }
      let exchange = MPIExchange(
        group: self, communicator: communicator, sender: incoming == nil ? receiver : sender)
      if let incoming { try exchange.start(incoming, isSent: false, with: sender) }
      if let message {
        state.withLock {
          $0.traffic.byteCount += message.byteCount
          $0.traffic.messageCount += 1
        }
        try exchange.start(message, isSent: true, with: receiver)
      }
      return exchange
    }

    /// The group is dead from here on.
    fileprivate func fail(_ failure: ContrastiveError) {
      state.withLock { if $0.failure == nil { $0.failure = failure } }
    }

    /// Messages that were on their way when a group died, whichever call gave them up: MPI may still read and write them,
    /// also once the group has gone and its memory would be somebody else's.
    private static let abandoned = Mutex<[RankMessage]>([])

    fileprivate static func abandon(_ messages: [RankMessage]) {
      abandoned.withLock { $0 += messages }
    }
  }

  /// Requests that have been started.
  private final class MPIExchange: RankExchange, @unchecked Sendable {
    private let group: MPIGroup
    private let communicator: CInt
    private let sender: Int
    private var messages: [RankMessage] = []
    private var requests: [(handle: UInt, expected: CInt)] = []

    /// What went wrong while nobody waited.
    private var failure: ContrastiveError?

    deinit { if !requests.isEmpty { MPIGroup.abandon(messages) } }

    init(group: MPIGroup, communicator: CInt, sender: Int) {
      (self.group, self.communicator, self.sender) = (group, communicator, sender)
    }

    /// MPI counts bytes in 32 bits.
    private static let longest = 1 << 30

    func start(
      _ message: RankMessage, isSent: Bool, with peer: Int
    ) throws(ContrastiveError) {
      messages.append(message)
      for first in stride(from: 0, to: message.byteCount, by: Self.longest) {
        let count = CInt(min(Self.longest, message.byteCount - first))
        var request = UInt(0)
        let code =
          unsafe isSent
          ? contrastive_mpi_send(
            communicator, message.bytes.baseAddress, first, count, CInt(peer), &request)
          : contrastive_mpi_receive(
            communicator, message.bytes.baseAddress, first, count, CInt(peer), &request)
        do {
          try check(code, isSent ? "MPI_Isend" : "MPI_Irecv")
        } catch {
          group.fail(error)
          throw error
        }
        requests.append((request, isSent ? -1 : count))
      }
    }

    func advance() {
      guard failure == nil, contrastive_mpi_is_main_thread() != 0 else { return }
      do throws(ContrastiveError) { _ = try isDone() } catch { failure = error }
    }

    private func isDone() throws(ContrastiveError) -> Bool {
      guard contrastive_mpi_is_main_thread() != 0 else { throw .otherThread }
      while let request = requests.last {
        var done = CInt(0)
        try check(
          unsafe contrastive_mpi_test(request.handle, request.expected, &done), "MPI_Test")
        if done == 0 { return false }
        requests.removeLast()
      }
      return true
    }

    func finish(within limit: Duration) throws(ContrastiveError) {
      let clock = ContinuousClock()
      let deadline = clock.now.advanced(by: limit)
      var tries = 0
      do throws(ContrastiveError) {
        if let failure { throw failure }
        while try !isDone() {
          tries += 1
          guard tries.isMultiple(of: 64) else { continue }
          guard clock.now < deadline else {
            throw .silent(rank: sender, for: limit)
          }
          // Of ranks that share a processor one waits for the other.
          if tries > 4096 { usleep(20) }
        }
      } catch {
        group.fail(error)
        throw error
      }
      messages = []
    }
  }

  private func check(_ code: CInt, _ call: String) throws(ContrastiveError) {
    guard code == contrastive_mpi_success() else {
      throw .mpi("an error of \(call), \(code)", requirement: "none; the group is dead")
    }
  }
#endif
