"""What the environment (or a `.env` file) decides."""

import re
import secrets

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DRIVER = "postgresql+psycopg://"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", case_sensitive=True)

    DATABASE_URL: str = Field(
        default="postgresql://postgres:postgres@localhost:5432/projects", validate_default=True
    )
    # Without one of ours every restart logs everybody out, which is better than a known secret.
    SECRET_KEY: str = Field(default_factory=lambda: secrets.token_urlsafe(32), min_length=1)
    # Of the machines that ask for statistics. Unset, nobody knows it.
    API_KEY: str = Field(default_factory=lambda: secrets.token_urlsafe(32), min_length=1)
    ALGORITHM: str = "HS256"
    ACCESS_TOKEN_EXPIRE_MINUTES: int = 60 * 24
    BCRYPT_ROUNDS: int = Field(default=12, ge=4, le=16)
    BACKEND_CORS_ORIGINS: list[str] = ["http://localhost:3000", "http://localhost:5173"]

    @field_validator("DATABASE_URL")
    @classmethod
    def choose_driver(cls, url: str) -> str:
        """Hosting providers hand out `postgres://`, other tools `postgresql+asyncpg://`."""
        rewritten, found = re.subn(r"^postgres(ql)?(\+\w+)?://", DRIVER, url)
        if not found:
            raise ValueError("must start with postgresql:// or postgres://")
        return rewritten


settings = Settings()
