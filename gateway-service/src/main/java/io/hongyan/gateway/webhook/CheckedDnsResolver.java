package io.hongyan.gateway.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Looks up hosts for {@link SignedPost} and refuses those that are in the company's own network.
 * What it answers is what is connected to, so that a name cannot mean one address when it is
 * checked and another when it is called. Thread-safe.
 */
final class CheckedDnsResolver implements DnsResolver, AutoCloseable {

  private static final int LOOKUPS_AT_ONCE = 64;
  private static final Duration IDLE = Duration.ofSeconds(10);

  private final boolean allowPrivate;
  private final Duration timeout;
  private final DnsResolver lookup;
  // A look-up cannot be interrupted and, in a virtual thread, would hold its carrier: a few slow
  // name servers would stop the whole gateway.
  private final ThreadPoolExecutor threads;

  /**
   * @param timeout longest wait for one look-up
   * @param lookup gives a host's addresses, unchecked
   */
  CheckedDnsResolver(boolean allowPrivate, Duration timeout, DnsResolver lookup) {
    this.allowPrivate = allowPrivate;
    this.timeout = timeout;
    this.lookup = lookup;
    this.threads =
        new ThreadPoolExecutor(
            LOOKUPS_AT_ONCE,
            LOOKUPS_AT_ONCE,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("outbound-dns-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] addresses = lookUp(host);
    for (InetAddress address : addresses) {
      // One is enough: who mixes them may mean the other.
      if (!allowPrivate && !PublicAddress.is(address)) {
        throw new AddressRefusedException(host);
      }
    }
    return addresses;
  }

  private InetAddress[] lookUp(String host) throws UnknownHostException {
    Future<InetAddress[]> answer = threads.submit(() -> lookup.resolve(host));
    try {
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw unknown(host, e.getCause() instanceof UnknownHostException ? "not found" : "failed");
    } catch (TimeoutException e) {
      throw unknown(host, "no answer within " + timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unknown(host, "interrupted");
    } finally {
      answer.cancel(false);
    }
  }

  private static UnknownHostException unknown(String host, String why) {
    return new UnknownHostException("the address of %s: %s".formatted(host, why));
  }

  /** Not asked for by what posts. */
  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
