package io.hongyan.chaos.load;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a submission as HTTP wants it: the path with its settings, and the body in pieces, which
 * are made when they are asked for and are the same each time.
 */
final class SubmissionBody {

  /** Recipients in one piece: small enough that a batch of 2,000 can be cut off in the middle. */
  private static final int PIECE = 200;

  private final Submission submission;

  SubmissionBody(Submission submission) {
    this.submission = submission;
  }

  String path() {
    if (submission.format() == BodyFormat.JSON) {
      return "/v1/batches";
    }
    return settings().entrySet().stream()
        .map(
            setting ->
                setting.getKey()
                    + "="
                    + URLEncoder.encode(setting.getValue().toString(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&", "/v1/batches?", ""));
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("account", submission.account().id());
    settings.put("template", ChaosAccount.TEMPLATE);
    if (submission.urgent()) {
      settings.put("priority", "urgent");
    }
    if (submission.expireAt() != null) {
      settings.put("expireAt", submission.expireAt().toString());
    }
    if (submission.ratePerSecond() != null) {
      settings.put("ratePerSecond", submission.ratePerSecond());
    }
    return settings;
  }

  int pieces() {
    return Math.ceilDiv(submission.recipients().count(), PIECE);
  }

  /**
   * @param index from 0 to {@link #pieces()} - 1
   */
  byte[] piece(int index) {
    int count = submission.recipients().count();
    int last = Math.min(count, (index + 1) * PIECE);
    StringBuilder text = new StringBuilder(index == 0 ? head() : "");
    for (int number = index * PIECE + 1; number <= last; number++) {
      text.append(recipient(number));
    }
    if (last == count && submission.format() == BodyFormat.JSON) {
      text.append("]}");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private String head() {
    return switch (submission.format()) {
      case CSV -> "openid,ref,thing1,character_string2\n";
      case NDJSON -> "";
      case JSON -> {
        String settings = JsonMapper.shared().writeValueAsString(settings());
        yield settings.substring(0, settings.length() - 1) + ",\"recipients\":[";
      }
    };
  }

  private String recipient(int number) {
    Recipients recipients = submission.recipients();
    String thing = recipients.thing(number);
    String order = "A-" + number;
    return switch (submission.format()) {
      case CSV ->
          "%s,%s,%s,%s\n"
              .formatted(recipients.openid(number), recipients.ref(number), thing, order);
      case NDJSON -> json(number, thing, order) + "\n";
      case JSON -> (number == 1 ? "" : ",\n") + json(number, thing, order);
    };
  }

  private String json(int number, String thing, String order) {
    ObjectNode recipient =
        JsonMapper.shared()
            .createObjectNode()
            .put("openid", submission.recipients().openid(number))
            .put("ref", submission.recipients().ref(number));
    recipient.putObject("data").put("thing1", thing).put("character_string2", order);
    return recipient.toString();
  }
}
