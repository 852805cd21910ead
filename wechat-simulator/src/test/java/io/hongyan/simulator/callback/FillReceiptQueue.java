package io.hongyan.simulator.callback;

/**
 * A program that lets as many receipts wait as its argument says, 5,000 due in each second; {@link
 * ReceiptQueueTest} runs it in a small heap.
 */
final class FillReceiptQueue {

  private FillReceiptQueue() {}

  @SuppressWarnings("SystemOut") // its answer to the process that started it
  public static void main(String[] args) {
    int receipts = Integer.parseInt(args[0]);
    ReceiptQueue queue = new ReceiptQueue(Long.MAX_VALUE);
    for (int i = 1; i <= receipts; i++) {
      queue.add(
          new Receipt(
              i,
              0,
              "oia2TjuEGTNoeX76QEj%08d".formatted(i),
              3557254367693750277L + i,
              ReceiptStatus.SUCCESS,
              1395658984,
              0,
              0),
          i / 5);
    }
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long used = runtime.totalMemory() - runtime.freeMemory();
    System.out.printf("size=%d heap_bytes_each=%d%n", queue.size(), used / receipts);
  }
}
