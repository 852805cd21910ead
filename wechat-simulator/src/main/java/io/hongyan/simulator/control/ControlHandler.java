package io.hongyan.simulator.control;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.fault.FaultRule;
import io.hongyan.simulator.state.SimulatorState;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The simulator's own calls under {@code /_sim}, for tests and the demo. They run on worker
 * threads, so that a long page of messages holds up no send.
 */
public final class ControlHandler implements HttpHandler {

  public static final String PREFIX = "/_sim/";

  private static final String ACCOUNTS = "accounts/";
  private static final Pattern FOLLOWERS = Pattern.compile("POST accounts/([^/]+)/followers");

  private final SimulatorState state;

  public ControlHandler(SimulatorState state) {
    this.state = state;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    // A caller that breaks off in the middle of its body gets no answer.
    exchange
        .getRequestReceiver()
        .receiveFullBytes(
            (complete, body) -> complete.dispatch(resumed -> answer(resumed, body)),
            (broken, failure) -> broken.endExchange());
  }

  private void answer(HttpServerExchange exchange, byte[] body) {
    try {
      carryOut(exchange, body);
    } catch (BadControlException e) {
      ObjectNode problem = JsonNodeFactory.instance.objectNode();
      problem.put("error", e.field() == null ? e.getMessage() : e.field() + " " + e.getMessage());
      send(exchange, StatusCodes.BAD_REQUEST, problem.put("field", e.field()));
    }
  }

  private void carryOut(HttpServerExchange exchange, byte[] body) {
    String name = exchange.getRequestPath().substring(PREFIX.length());
    String call = exchange.getRequestMethod() + " " + name;
    switch (call) {
      case "GET health" ->
          send(exchange, JsonNodeFactory.instance.objectNode().put("status", "UP"));
      case "GET stats" -> send(exchange, StatsReport.of(state));
      case "GET messages" ->
          send(exchange, MessagesReport.of(state, exchange.getQueryParameters()));
      case "PUT settings" -> {
        ControlInput input = ControlInput.parse(body);
        send(
            exchange,
            SettingsInput.show(
                state.settings().change(settings -> SettingsInput.merge(input, settings))));
      }
      case "POST faults" -> {
        List<FaultRule> added = FaultInput.read(ControlInput.parse(body));
        state.faults().append(added);
        send(exchange, JsonNodeFactory.instance.objectNode().put("added", added.size()));
      }
      case "DELETE faults" -> {
        state.faults().clear();
        exchange.setStatusCode(StatusCodes.NO_CONTENT).endExchange();
      }
      case "POST reset" -> {
        state.reset();
        exchange.setStatusCode(StatusCodes.NO_CONTENT).endExchange();
      }
      default -> {
        if (call.startsWith("PUT " + ACCOUNTS)) {
          putAccount(exchange, name.substring(ACCOUNTS.length()), body);
          return;
        }
        Matcher followers = FOLLOWERS.matcher(call);
        if (followers.matches()) {
          changeFollowers(exchange, followers.group(1), body);
        } else {
          sendNotFound(
              exchange, "there is no " + exchange.getRequestMethod() + " " + PREFIX + name);
        }
      }
    }
  }

  private void putAccount(HttpServerExchange exchange, String appid, byte[] body) {
    if (appid.isEmpty() || appid.contains("/")) {
      throw new BadControlException("appid", "must be the last part of the path");
    }
    Account account = AccountInput.read(appid, ControlInput.parse(body));
    state.accounts().put(account);
    send(
        exchange,
        JsonNodeFactory.instance
            .objectNode()
            .put("appid", appid)
            .put("templates", account.templates().list().size())
            .put("listed", account.followers().listedCount())
            .put("tags", account.tags().list().size()));
  }

  private void changeFollowers(HttpServerExchange exchange, String appid, byte[] body) {
    FollowChange change = FollowChange.read(ControlInput.parse(body));
    Account account = state.accounts().find(appid);
    if (account == null) {
      sendNotFound(exchange, "there is no account " + appid);
    } else {
      send(exchange, change.applyTo(account, state.clock().instant()));
    }
  }

  private static void sendNotFound(HttpServerExchange exchange, String error) {
    send(
        exchange, StatusCodes.NOT_FOUND, JsonNodeFactory.instance.objectNode().put("error", error));
  }

  private static void send(HttpServerExchange exchange, ObjectNode body) {
    send(exchange, StatusCodes.OK, body);
  }

  private static void send(HttpServerExchange exchange, int status, ObjectNode body) {
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    exchange.getResponseSender().send(ByteBuffer.wrap(JsonMapper.shared().writeValueAsBytes(body)));
  }
}
