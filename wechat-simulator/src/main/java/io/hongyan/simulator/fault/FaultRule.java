package io.hongyan.simulator.fault;

import org.jspecify.annotations.Nullable;

/**
 * One line of a fault script.
 *
 * @param path which path it strikes; null: any of WeChat's
 * @param appid which account it strikes; null: any
 * @param after how many matching requests it lets pass, from when it was set
 * @param times how often it strikes; {@link #ALWAYS}: until it is deleted
 */
public record FaultRule(
    @Nullable String path, @Nullable String appid, long after, long times, Fault fault) {

  public static final long ALWAYS = Long.MAX_VALUE;

  boolean matches(String requestPath, @Nullable String requestAppid) {
    return (path == null || path.equals(requestPath))
        && (appid == null || appid.equals(requestAppid));
  }
}
