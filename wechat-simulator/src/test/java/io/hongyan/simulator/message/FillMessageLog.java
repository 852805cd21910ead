package io.hongyan.simulator.message;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/**
 * A program that takes as many messages as its argument says, each to another person with content
 * as real ones have it; {@link MessageLogHeapTest} runs it in a small heap.
 */
final class FillMessageLog {

  private FillMessageLog() {}

  @SuppressWarnings("SystemOut") // its answer to the process that started it
  public static void main(String[] args) {
    int messages = Integer.parseInt(args[0]);
    Instant start = Instant.parse("2026-11-22T01:00:00Z");
    MessageLog log = new MessageLog(start);
    Random random = new Random(1);
    long begin = System.nanoTime();
    for (int i = 1; i <= messages; i++) {
      String clientMsgId = "0F8ZQ1ABCDEFG-" + i;
      log.noteAsked(clientMsgId);
      log.accept(submission(random, i, clientMsgId), start.plusMillis(i / 10), Duration.ofDays(1));
    }
    long tookMillis = (System.nanoTime() - begin) / 1_000_000;
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long used = runtime.totalMemory() - runtime.freeMemory();
    System.out.printf(
        "accepted=%d heap_bytes_each=%d took_ms=%d%n",
        log.counts().accepted(), used / messages, tookMillis);
  }

  private static Submission submission(Random random, int i, String clientMsgId) {
    return new Submission(
        "wx0000000000000001",
        openid(random),
        "bHMjiPxSwMyxFQpjqNWKRzeOGIZNFyXyvCGSiyXlFmM",
        clientMsgId,
        """
        {"character_string1":{"value":"NO%d"},"thing2":{"value":"无线降噪耳机 第%d代"},\
        "amount3":{"value":"¥%d.80"},"time4":{"value":"2026年11月22日 15:%02d"},\
        "phrase5":{"value":"配送中"}}"""
            .formatted(random.nextInt(1_000_000_000), i % 9, random.nextInt(1_000), i % 60));
  }

  /** 28 characters, as WeChat's are; 22 of them differ from person to person. */
  private static String openid(Random random) {
    String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    StringBuilder openid = new StringBuilder("oia2Tj");
    for (int i = 0; i < 22; i++) {
      openid.append(letters.charAt(random.nextInt(letters.length())));
    }
    return openid.toString();
  }
}
