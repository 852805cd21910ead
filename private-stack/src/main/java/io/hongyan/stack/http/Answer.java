package io.hongyan.stack.http;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a server answered.
 *
 * @param request method and address, for messages
 * @param headers as they came
 */
public record Answer(String request, int status, HttpHeaders headers, String text) {

  static Answer of(HttpResponse<String> response) {
    return new Answer(
        response.request().method() + " " + response.uri(),
        response.statusCode(),
        response.headers(),
        response.body());
  }

  /** The body; fails where it is not JSON. */
  public JsonNode json() {
    return JsonMapper.shared().readTree(text);
  }

  public Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  public boolean isSuccess() {
    return status / 100 == 2;
  }

  /** The server may do better in a moment, or its neighbour may do it now. */
  public boolean isServersFault() {
    return status >= 500;
  }

  /** This answer, if the server did as it was told; else a failure that shows the body. */
  public Answer expectingSuccess() {
    if (!isSuccess()) {
      throw new UnexpectedAnswerException("%s answered %d: %s".formatted(request, status, text));
    }
    return this;
  }
}
