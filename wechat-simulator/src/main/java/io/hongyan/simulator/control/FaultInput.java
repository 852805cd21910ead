package io.hongyan.simulator.control;

import io.hongyan.simulator.fault.Fault;
import io.hongyan.simulator.fault.FaultRule;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the body of {@code POST /_sim/faults}. */
final class FaultInput {

  private static final long LONGEST_DELAY_MILLIS = Duration.ofHours(1).toMillis();

  private FaultInput() {}

  static List<FaultRule> read(ControlInput input) {
    return input.elements().stream().map(FaultInput::rule).toList();
  }

  private static FaultRule rule(ControlInput input) {
    input.asObject(Set.of("path", "appid", "after", "times", "fault"));
    ControlInput appid = input.find("appid");
    ControlInput after = input.find("after");
    ControlInput times = input.find("times");
    return new FaultRule(
        path(input.find("path")),
        appid == null ? null : appid.text(),
        after == null ? 0 : after.number(0, Long.MAX_VALUE),
        times == null ? FaultRule.ALWAYS : times.number(1, Long.MAX_VALUE),
        fault(input.get("fault")));
  }

  private static @Nullable String path(@Nullable ControlInput input) {
    if (input == null) {
      return null;
    }
    String path = input.text();
    if (!path.startsWith("/")) {
      throw input.wrong("must begin with /");
    }
    return path;
  }

  /** Members that belong to another type are let pass: scripts are edited by changing the type. */
  private static Fault fault(ControlInput input) {
    input.asObject(Set.of("type", "errcode", "ms", "status", "accept"));
    ControlInput type = input.get("type");
    ControlInput acceptFlag = input.find("accept");
    boolean accept = acceptFlag != null && acceptFlag.flag();
    return switch (type.text()) {
      case "errcode" -> new Fault.Errcode(errcode(input.get("errcode")), accept);
      case "delay" ->
          new Fault.Delay(
              Duration.ofMillis(input.get("ms").number(0, LONGEST_DELAY_MILLIS)), accept);
      case "status" -> new Fault.HttpStatus((int) input.get("status").number(200, 599), accept);
      case "close" -> new Fault.CloseSocket(accept);
      case "lostReply" -> new Fault.LostReply();
      default -> throw type.wrong("must be errcode, delay, status, close or lostReply");
    };
  }

  private static int errcode(ControlInput input) {
    int errcode = (int) input.number(Integer.MIN_VALUE, Integer.MAX_VALUE);
    if (errcode == 0) {
      throw input.wrong("must not be 0, which is no error");
    }
    return errcode;
  }
}
