package io.hongyan.simulator.traffic;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the message log does not know: refusals, other calls, sends at once. Thread-safe. */
public final class Traffic {

  private final Map<Integer, LongAdder> rejected = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> tokenFetches = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> calls = new ConcurrentHashMap<>();
  private int concurrent;
  private int maxConcurrent;

  public void countRejected(int errcode) {
    rejected.computeIfAbsent(errcode, unused -> new LongAdder()).increment();
  }

  public void countTokenFetch(String appid) {
    tokenFetches.computeIfAbsent(appid, unused -> new LongAdder()).increment();
  }

  /** A call other than a send was answered, whatever with. */
  public void countCall(String path) {
    calls.computeIfAbsent(path, unused -> new LongAdder()).increment();
  }

  /** A send has come in; {@link #sendEnded} must follow once its connection is done with it. */
  public synchronized void sendBegan() {
    concurrent++;
    maxConcurrent = Math.max(maxConcurrent, concurrent);
  }

  public synchronized void sendEnded() {
    concurrent--;
  }

  public synchronized int maxConcurrent() {
    return maxConcurrent;
  }

  /** By errcode. */
  public Map<Integer, Long> rejected() {
    return sums(rejected);
  }

  /** By appid. */
  public Map<String, Long> tokenFetches() {
    return sums(tokenFetches);
  }

  /** By path. */
  public Map<String, Long> calls() {
    return sums(calls);
  }

  /** Starts counting anew; sends under way still count as concurrent. */
  public synchronized void reset() {
    rejected.clear();
    tokenFetches.clear();
    calls.clear();
    maxConcurrent = concurrent;
  }

  private static <K extends Comparable<K>> Map<K, Long> sums(Map<K, LongAdder> counts) {
    Map<K, Long> sums = new TreeMap<>();
    counts.forEach((key, count) -> sums.put(key, count.sum()));
    return sums;
  }
}
