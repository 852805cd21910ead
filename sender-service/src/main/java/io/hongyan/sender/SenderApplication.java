package io.hongyan.sender;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the sender. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class SenderApplication {

  /** Starts the sender; every setting comes from the environment, see README. */
  public static void main(String[] args) {
    SpringApplication.run(SenderApplication.class, args);
  }
}
