package io.hongyan.e2e;

import tools.jackson.databind.JsonNode;

/**
 * A batch that the gateway answered 202 to.
 *
 * @param id as in HTTP, 13 characters
 * @param total recipients it promised to see to; 0 for an audience, whose size is found later
 */
record Batch(String id, int total) {

  private static final String CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  static Batch accepted(HttpCalls.Answer answer) {
    JsonNode body = answer.expecting(202).json();
    return new Batch(body.get("batchId").stringValue(), body.get("total").asInt());
  }

  /** The id as in the tables: the 13 characters are its base 32, five bits each. */
  long rowId() {
    return id.chars().mapToLong(CROCKFORD::indexOf).reduce(0, (value, digit) -> value << 5 | digit);
  }
}
