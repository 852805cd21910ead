package io.hongyan.sender.record;

import java.time.Duration;

/** Commits what others hand it in groups; its caller waits while PostgreSQL is away. */
public interface Recorder {

  /** What it commits, in the plural, for {@code /actuator/health}. */
  String records();

  /** How long it has been trying without success; zero when all goes well. */
  Duration stuckFor();
}
