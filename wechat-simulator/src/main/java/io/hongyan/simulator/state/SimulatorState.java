package io.hongyan.simulator.state;

import io.hongyan.simulator.account.Accounts;
import io.hongyan.simulator.fault.FaultScript;
import io.hongyan.simulator.message.MessageLog;
import io.hongyan.simulator.quota.SendQuota;
import io.hongyan.simulator.settings.LiveSettings;
import io.hongyan.simulator.token.AccessTokens;
import io.hongyan.simulator.traffic.Traffic;
import java.time.Clock;

/** What WeChat's side acts on and the controls set up and read; each part is thread-safe. */
public record SimulatorState(
    Clock clock,
    LiveSettings settings,
    Accounts accounts,
    SendQuota quota,
    AccessTokens tokens,
    MessageLog messages,
    FaultScript faults,
    Traffic traffic) {

  public static SimulatorState empty(Clock clock) {
    LiveSettings settings = new LiveSettings();
    return new SimulatorState(
        clock,
        settings,
        new Accounts(),
        new SendQuota(),
        new AccessTokens(clock, settings),
        new MessageLog(clock.instant()),
        new FaultScript(),
        new Traffic());
  }

  /** Forgets messages, counts, faults and settings; accounts and tokens stay. */
  public void reset() {
    faults.clear();
    settings.reset();
    messages.reset();
    quota.reset();
    traffic.reset();
  }
}
