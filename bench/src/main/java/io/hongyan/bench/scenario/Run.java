package io.hongyan.bench.scenario;

import io.hongyan.bench.machine.CpuUse;
import java.util.List;

/**
 * One round of one thing.
 *
 * @param cpu of every part that ran meanwhile
 */
record Run(int messages, double seconds, CpuUse cpu) {

  /** The same with the CPU time of these parts only. */
  Run of(List<String> parts) {
    return new Run(messages, seconds, cpu.of(parts));
  }

  double perSecond() {
    return messages / seconds;
  }

  /** CPU microseconds a message of one part. */
  double micros(String part) {
    return cpu.microsPerMessage(part, messages);
  }

  /** CPU microseconds a message of all parts. */
  double micros() {
    return cpu.microsPerMessage(messages);
  }
}
