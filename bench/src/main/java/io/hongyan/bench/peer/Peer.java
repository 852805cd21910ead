package io.hongyan.bench.peer;

/** One thing to compare with. Opened once in a JVM, then run several times; not thread-safe. */
interface Peer extends AutoCloseable {

  /**
   * Does the messages of one batch, and returns when all that belongs to the last of them is done.
   *
   * @throws PeerFailedException if any went wrong: a peer that fails is not fast
   */
  Took run(Batch batch) throws PeerFailedException, InterruptedException;

  /** Gives back connections; tables are left for who wants to look. */
  @Override
  void close();
}
