package io.hongyan.sender.internal;

import io.hongyan.sender.internal.CalledAccounts.UnknownAccountException;
import io.hongyan.sender.token.TokenRefusedException;
import io.hongyan.sender.token.TokenUnavailableException;
import io.hongyan.sender.wechat.WeChatRefusedException;
import java.io.IOException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** What the gateway is told when a call could not be done. */
@RestControllerAdvice(basePackageClasses = CallErrors.class)
class CallErrors {

  private static final Logger log = LoggerFactory.getLogger(CallErrors.class);

  @ExceptionHandler
  @ResponseStatus(HttpStatus.NOT_FOUND)
  Trouble unknown(UnknownAccountException e) {
    return new Trouble(String.valueOf(e.getMessage()));
  }

  @ExceptionHandler
  @ResponseStatus(HttpStatus.UNPROCESSABLE_CONTENT)
  Refusal refused(WeChatRefusedException e) {
    return new Refusal(e.errcode(), e.errmsg());
  }

  @ExceptionHandler({TokenUnavailableException.class, TokenRefusedException.class})
  @ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
  Trouble noToken(Exception e) {
    return new Trouble(String.valueOf(e.getMessage()));
  }

  @ExceptionHandler
  @ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
  Trouble noAnswer(IOException e) {
    return new Trouble("WeChat did not answer: " + e.getMessage());
  }

  @ExceptionHandler({DataAccessException.class, TransactionException.class})
  @ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
  Trouble noDatabase(Exception e) {
    log.warn(
        "internal call not done, the database is away cause={}",
        NestedExceptionUtils.getMostSpecificCause(e).toString());
    return new Trouble("the sender's database is away");
  }

  @ExceptionHandler
  @ResponseStatus(HttpStatus.BAD_REQUEST)
  Trouble unreadable(HttpMessageNotReadableException e) {
    return new Trouble("the body is not the JSON that this call takes");
  }

  @ExceptionHandler
  @ResponseStatus(HttpStatus.BAD_REQUEST)
  Trouble invalid(MethodArgumentNotValidException e) {
    return new Trouble(
        e.getBindingResult().getFieldErrors().stream()
            .map(error -> error.getField() + " " + error.getDefaultMessage())
            .sorted()
            .collect(Collectors.joining(", ")));
  }

  /** Why nothing was done, for people. */
  record Trouble(String error) {}

  /** What WeChat answered. */
  record Refusal(int errcode, String errmsg) {}
}
