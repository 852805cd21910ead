package io.hongyan.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** Entry of {@code java -jar bench.jar peer <name> …}, which the benchmark starts for each peer. */
public final class Peers {

  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private Peers() {}

  /** The names there are, for a message. */
  public static String names() {
    return PeerName.all();
  }

  /**
   * Runs the peer that the arguments name, talking over stdin and stdout as {@link Session} says.
   * Returns the exit code.
   */
  public static int runInThisProcess(List<String> arguments)
      throws IOException, InterruptedException {
    PrintStream out = System.out;
    // Whatever a library prints must not get between the lines that the benchmark reads.
    System.setOut(System.err);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    return run(arguments, System.getenv(), in, out);
  }

  static int run(
      List<String> arguments, Map<String, String> environment, BufferedReader in, PrintStream out)
      throws IOException, InterruptedException {
    PeerOptions options;
    Peer opened;
    try {
      options = PeerOptions.parse(arguments);
      opened = open(options, new PeerSettings(environment));
    } catch (IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      return MISUSED;
    } catch (SQLException | IOException | TimeoutException e) {
      System.err.println("bench: the peer could not be opened: " + e);
      return FAILED;
    }
    try (Peer peer = opened) {
      return new Session(peer, options, in, out).hold() ? 0 : FAILED;
    }
  }

  private static Peer open(PeerOptions options, PeerSettings settings)
      throws SQLException, IOException, TimeoutException {
    return switch (options.name()) {
      case WXJAVA_LOG ->
          new WxJavaPeer(
              settings.weChat(),
              options,
              JdbcSendLog.open(settings.database(), options.connections()));
      case WXJAVA -> new WxJavaPeer(settings.weChat(), options, new NoSendLog());
      case FLOOR -> FloorPeer.open(settings, options.inFlightOr(FloorPeer.USUAL_PREFETCH));
      case OKHTTP ->
          new OkHttpPeer(settings.weChat(), options.inFlightOr(OkHttpPeer.USUAL_IN_FLIGHT));
      case RABBIT -> RabbitPeer.open(settings, options.inFlightOr(RabbitPeer.USUAL_PREFETCH));
      case POSTGRES -> PostgresPeer.open(settings);
    };
  }
}
