package io.hongyan.simulator.state;

import io.hongyan.simulator.account.Accounts;
import io.hongyan.simulator.callback.CallbackClient;
import io.hongyan.simulator.callback.Conversations;
import io.hongyan.simulator.callback.Receipts;
import io.hongyan.simulator.callback.Verification;
import io.hongyan.simulator.fault.FaultScript;
import io.hongyan.simulator.message.MessageLog;
import io.hongyan.simulator.quota.Quotas;
import io.hongyan.simulator.settings.LiveSettings;
import io.hongyan.simulator.token.AccessTokens;
import io.hongyan.simulator.token.JsapiTickets;
import io.hongyan.simulator.traffic.Traffic;
import java.time.Clock;

/** What WeChat's side acts on and the controls set up and read; each part is thread-safe. */
public record SimulatorState(
    Clock clock,
    LiveSettings settings,
    Accounts accounts,
    Quotas quotas,
    AccessTokens tokens,
    JsapiTickets tickets,
    MessageLog messages,
    Receipts receipts,
    Conversations conversations,
    Verification verification,
    FaultScript faults,
    Traffic traffic) {

  /**
   * As it is when the simulator starts.
   *
   * @param client calls the accounts; the caller closes it
   */
  public static SimulatorState empty(Clock clock, CallbackClient client) {
    LiveSettings settings = new LiveSettings();
    Accounts accounts = new Accounts();
    return new SimulatorState(
        clock,
        settings,
        accounts,
        Quotas.unused(),
        new AccessTokens(clock, settings),
        new JsapiTickets(clock),
        new MessageLog(clock.instant()),
        new Receipts(clock, settings, accounts, client),
        new Conversations(clock, settings, client),
        new Verification(clock, settings, client),
        new FaultScript(),
        new Traffic());
  }

  /**
   * Forgets messages, receipts, conversations, counts, faults and settings, and how often quotas
   * were cleared. Accounts stay as they have become, with who follows them, their tags, templates,
   * industries and callbacks; so do tokens and tickets.
   */
  public void reset() {
    faults.clear();
    settings.reset();
    messages.reset();
    receipts.reset();
    conversations.reset();
    quotas.reset();
    traffic.reset();
  }
}
