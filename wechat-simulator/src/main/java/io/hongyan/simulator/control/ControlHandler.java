package io.hongyan.simulator.control;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.account.Callback;
import io.hongyan.simulator.callback.Conversation;
import io.hongyan.simulator.callback.Verification;
import io.hongyan.simulator.fault.FaultRule;
import io.hongyan.simulator.state.SimulatorState;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The simulator's own calls under {@code /_sim}, for tests and the demo. They run on worker
 * threads, so that a long page of messages holds up no send.
 */
public final class ControlHandler implements HttpHandler {

  public static final String PREFIX = "/_sim/";

  private static final Pattern ACCOUNT = Pattern.compile("accounts/([^/]*)(/.+)?");
  private static final Pattern CONVERSATION = Pattern.compile("GET conversations/([0-9]{1,18})");

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
      case "GET conversations" ->
          send(exchange, ConversationReport.list(state, exchange.getQueryParameters()));
      default -> {
        Matcher conversation = CONVERSATION.matcher(call);
        if (conversation.matches()) {
          showConversation(exchange, conversation.group(1));
        } else if (!findAccountCall(exchange, name, body)) {
          sendNotFound(
              exchange, "there is no " + exchange.getRequestMethod() + " " + PREFIX + name);
        }
      }
    }
  }

  private boolean findAccountCall(HttpServerExchange exchange, String name, byte[] body) {
    Matcher path = ACCOUNT.matcher(name);
    if (!path.matches()) {
      return false;
    }
    String appid = path.group(1);
    switch (exchange.getRequestMethod() + (path.group(2) == null ? "" : path.group(2))) {
      case "PUT" -> putAccount(exchange, appid, body);
      case "POST/followers" -> {
        FollowChange change = FollowChange.read(ControlInput.parse(body));
        onAccount(
            exchange,
            appid,
            account ->
                send(
                    exchange,
                    change.applyTo(account, state.clock().instant(), state.conversations())));
      }
      case "PUT/callback" -> {
        ControlInput input = ControlInput.parse(body);
        Callback callback = input.node().isNull() ? null : CallbackInput.read(appid, input);
        onAccount(exchange, appid, account -> setCallback(exchange, account, callback));
      }
      case "DELETE/callback" ->
          onAccount(exchange, appid, account -> setCallback(exchange, account, null));
      case "POST/callback/verify" ->
          onCallback(
              exchange, appid, (account, callback) -> send(exchange, verification(callback)));
      case "POST/messages" -> {
        WrittenMessages written = WrittenMessages.read(ControlInput.parse(body));
        onCallback(
            exchange,
            appid,
            (account, callback) ->
                send(
                    exchange,
                    written.startWith(
                        account, callback, state.clock().instant(), state.conversations())));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void showConversation(HttpServerExchange exchange, String id) {
    Conversation conversation = state.conversations().find(Long.parseLong(id));
    if (conversation == null) {
      sendNotFound(exchange, "there is no conversation " + id);
    } else {
      send(exchange, ConversationReport.of(conversation));
    }
  }

  private static void setCallback(
      HttpServerExchange exchange, Account account, @Nullable Callback callback) {
    account.setCallback(callback);
    exchange.setStatusCode(StatusCodes.NO_CONTENT).endExchange();
  }

  private ObjectNode verification(Callback callback) {
    Verification.Result result = state.verification().verify(callback);
    ObjectNode report = JsonNodeFactory.instance.objectNode().put("ok", result.ok());
    return result.ok()
        ? report
        : report.put("status", result.status()).put("answer", result.answer());
  }

  private void onAccount(HttpServerExchange exchange, String appid, Consumer<Account> work) {
    Account account = state.accounts().find(appid);
    if (account == null) {
      sendNotFound(exchange, "there is no account " + appid);
    } else {
      work.accept(account);
    }
  }

  private void onCallback(
      HttpServerExchange exchange, String appid, BiConsumer<Account, Callback> work) {
    onAccount(
        exchange,
        appid,
        account -> {
          Callback callback = account.callback();
          if (callback == null) {
            sendNotFound(exchange, "the account " + appid + " has no callback");
          } else {
            work.accept(account, callback);
          }
        });
  }

  private void putAccount(HttpServerExchange exchange, String appid, byte[] body) {
    if (appid.isEmpty()) {
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
