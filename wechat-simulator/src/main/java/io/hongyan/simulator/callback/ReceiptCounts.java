package io.hongyan.simulator.callback;

/**
 * What became of receipts since the last reset.
 *
 * @param posted different ones that were posted at least once; a copy is one of its own
 * @param answered of those, with what WeChat takes
 * @param retried tries after the first
 * @param lost without a good answer in all their tries, or for want of room
 * @param waiting not posted yet, or to be posted again
 * @param undelivered of the messages, those whose status is not {@code success}
 * @param withoutMsgid of the messages, those whose receipts say msgid 0
 * @param medianMicros within which half of the good answers came, from the beginning of their try
 * @param p99Micros the same for 99 of 100
 */
public record ReceiptCounts(
    long posted,
    long answered,
    long retried,
    long lost,
    long waiting,
    long undelivered,
    long withoutMsgid,
    long medianMicros,
    long p99Micros) {}
