package io.hongyan.simulator.state;

import io.hongyan.simulator.account.Accounts;
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
    FaultScript faults,
    Traffic traffic) {

  public static SimulatorState empty(Clock clock) {
    LiveSettings settings = new LiveSettings();
    return new SimulatorState(
        clock,
        settings,
        new Accounts(),
        Quotas.unused(),
        new AccessTokens(clock, settings),
        new JsapiTickets(clock),
        new MessageLog(clock.instant()),
        new FaultScript(),
        new Traffic());
  }

  /**
   * Forgets messages, counts, faults and settings, and how often quotas were cleared. Accounts stay
   * as they have become, with who follows them, their tags, templates and industries; so do tokens
   * and tickets.
   */
  public void reset() {
    faults.clear();
    settings.reset();
    messages.reset();
    quotas.reset();
    traffic.reset();
  }
}
