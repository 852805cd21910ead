package io.hongyan.simulator.wechat;

import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What goes back to the caller. */
record Reply(int status, String contentType, ByteBuffer body) {

  /** What WeChat calls its JSON. */
  private static final String PLAIN_TEXT = "text/plain";

  private static final JsonMapper JSON = JsonMapper.shared();

  static Reply json(String body) {
    return new Reply(
        StatusCodes.OK, PLAIN_TEXT, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
  }

  static Reply json(ObjectNode body) {
    return new Reply(StatusCodes.OK, PLAIN_TEXT, ByteBuffer.wrap(JSON.writeValueAsBytes(body)));
  }

  /** {@code {"errcode":0,"errmsg":"ok"}}. */
  static Reply ok() {
    return json(okBody());
  }

  /** A body that begins like {@link #ok}, to be added to; several of WeChat's calls want one. */
  static ObjectNode okBody() {
    return JsonNodeFactory.instance.objectNode().put("errcode", 0).put("errmsg", "ok");
  }

  static Reply refusal(Refusal refusal) {
    return json(
        JsonNodeFactory.instance
            .objectNode()
            .put("errcode", refusal.errcode())
            .put("errmsg", refusal.errmsg() + " rid: " + newRid()));
  }

  /** A proxy's page. */
  static Reply page(int status) {
    String line = status + " " + StatusCodes.getReason(status);
    String html =
        "<html>\r\n<head><title>%s</title></head>\r\n<body>\r\n<center><h1>%s</h1></center>\r\n"
                .formatted(line, line)
            + "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
    return new Reply(status, "text/html", ByteBuffer.wrap(html.getBytes(StandardCharsets.UTF_8)));
  }

  /** The request's id as WeChat writes it: the time in seconds and two random words, in hex. */
  private static String newRid() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "%08x-%08x-%08x"
        .formatted(System.currentTimeMillis() / 1000, random.nextInt(), random.nextInt());
  }
}
