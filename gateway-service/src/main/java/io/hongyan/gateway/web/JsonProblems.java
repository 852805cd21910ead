package io.hongyan.gateway.web;

import org.springframework.http.HttpStatus;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says in a problem detail what is wrong with a JSON body, and where. */
final class JsonProblems {

  private JsonProblems() {}

  static ProblemException of(HttpMessageNotReadableException failure) {
    if (failure.getCause() instanceof JacksonException json) {
      ProblemException problem = of(json);
      TokenStreamLocation place = json.getLocation();
      return place == null || place.getLineNr() < 1
          ? problem
          : problem.at(place.getLineNr(), Math.max(1, place.getColumnNr()));
    }
    return ProblemException.badRequest("The body is missing or was cut off.");
  }

  private static ProblemException of(JacksonException json) {
    return switch (json) {
      case UnrecognizedPropertyException unknown ->
          ProblemException.badRequest(
              "'%s' is not a known setting; known are %s"
                  .formatted(unknown.getPropertyName(), unknown.getKnownPropertyIds()));
      case MismatchedInputException mistyped ->
          ProblemException.badRequest(path(mistyped) + " has the wrong type");
      case InputCoercionException outOfRange ->
          ProblemException.badRequest(path(outOfRange) + " is out of range");
      case StreamConstraintsException tooLarge ->
          new ProblemException(
              HttpStatus.CONTENT_TOO_LARGE,
              "content-too-large",
              "The body is too large",
              "The body is longer than 1 MiB, or nested too deeply, or has too long a value");
      default -> ProblemException.badRequest("The body is not JSON: " + json.getOriginalMessage());
    };
  }

  /** Where it is, by names and places, as the caller wrote it. */
  private static String path(JacksonException json) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference step : json.getPath()) {
      if (step.getPropertyName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
      }
    }
    return path.isEmpty() ? "The body" : "'" + path + "'";
  }
}
