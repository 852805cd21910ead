package io.hongyan.demo;

import java.io.PrintStream;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Asks a sender whether WeChat would take an account's messages, and prints what it says. */
final class Doctor {

  private final List<JsonClient> senders;
  private final PrintStream out;

  Doctor(List<JsonClient> senders, PrintStream out) {
    this.senders = senders;
    this.out = out;
  }

  /** Returns whether every check passed. */
  boolean examine(String account) {
    JsonNode report = senders.getFirst().get("/internal/doctor/" + account);
    boolean healthy = true;
    for (JsonNode check : report.path("checks")) {
      boolean ok = check.path("ok").asBoolean();
      healthy &= ok;
      out.printf(
          "  %s %s: %s%n",
          ok ? "ok   " : "WRONG",
          check.path("name").asString(""),
          check.path("detail").asString(""));
      if (!ok) {
        out.printf("        %s%n", check.path("cure").asString(""));
      }
    }
    return healthy;
  }
}
